// Changes the actor's own profile.
import type { Me, RouteBody } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { requireRate } from '../rate-limits.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { type Deed, type Proof, type ProofPorts, requireProof, requireStillProven } from './require-proof.ts'
import { updateProfile } from './update-profile.ts'

export type UpdateMePorts = ProofPorts & CommitPorts
type ProfileChange = Omit<RouteBody<'updateMe'>, 'current_password'>

/**
 * Another username or email, with which the password can be had anew, needs a proof. Throws `already_exists` for a taken name,
 * `invalid_request` when neither username nor email would be left, `rate_limited`, and as requireProof does.
 */
export async function updateMe(
  ports: UpdateMePorts,
  actor: Actor,
  change: ProfileChange,
  proof: Proof,
): Promise<Me> {
  requireRate(ports.rateLimiter, 'changeProfile', actor.userId)
  const present = await ports.storage.stores.accounts.find(actor.userId)
  if (present === null) throw new AppError('unauthenticated')
  const wanted = deedsOf(present.me, change)
  const proven = wanted.length === 0 ? null : await requireProof(ports, actor, wanted, proof)
  return commit(ports, async (stores, emit) => {
    const account = await stores.accounts.lock(actor.userId)
    if (account === null) throw new AppError('unauthenticated')
    const username = change.username === undefined ? account.me.username : change.username
    const email = change.email === undefined ? account.me.email : change.email
    if (username === null && email === null) {
      throw new AppError('invalid_request', {
        errors: [{ path: '/username', message: 'A username or an email is required' }],
      })
    }
    if (proven !== null) await requireStillProven(ports, stores, actor, account, proven)
    // Changed by another device since it was looked at.
    else if (deedsOf(account.me, change).length > 0) throw new AppError('password_required')
    const { email_visibility, ...profile } = change
    const visibility = email_visibility === undefined ? {} : { emailVisibility: email_visibility }
    return updateProfile(stores, emit, actor.userId, { ...profile, ...visibility })
  })
}

function deedsOf(me: Me, { username = me.username, email = me.email }: ProfileChange): Deed[] {
  const wanted: Deed[] = []
  if (username !== me.username) wanted.push('change_username')
  if (email !== me.email) wanted.push('change_email')
  return wanted
}
