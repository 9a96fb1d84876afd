// Changes the actor's own profile.
import type { Me, RouteBody } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { updateProfile } from './update-profile.ts'

/** Throws `already_exists` for a taken name, `invalid_request` when neither username nor email would be left. */
export async function updateMe(ports: CommitPorts, actor: Actor, change: RouteBody<'updateMe'>): Promise<Me> {
  return commit(ports, async (stores, emit) => {
    const account = await stores.accounts.find(actor.userId)
    if (account === null) throw new AppError('unauthenticated')
    const username = change.username === undefined ? account.me.username : change.username
    const email = change.email === undefined ? account.me.email : change.email
    if (username === null && email === null) {
      throw new AppError('invalid_request', {
        errors: [{ path: '/username', message: 'A username or an email is required' }],
      })
    }
    const { email_visibility, ...profile } = change
    const visibility = email_visibility === undefined ? {} : { emailVisibility: email_visibility }
    return updateProfile(stores, emit, actor.userId, { ...profile, ...visibility })
  })
}
