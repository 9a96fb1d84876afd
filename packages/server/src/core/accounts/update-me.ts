// Changes the actor's own profile.
import type { Me, RouteBody } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { updateProfile } from './update-profile.ts'

/** Throws `already_exists` for a taken name, `invalid_request` when neither username nor email would be left, `rate_limited`. */
export async function updateMe(
  ports: CommitPorts & { readonly rateLimiter: RateLimiter },
  actor: Actor,
  change: RouteBody<'updateMe'>,
): Promise<Me> {
  requireRate(ports.rateLimiter, 'changeProfile', actor.userId)
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
    return updateProfile(stores, emit, actor.userId, change)
  })
}
