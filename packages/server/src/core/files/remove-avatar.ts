// Takes the actor's picture away.
import type { Me } from '@parley/protocol'
import { updateProfile } from '../accounts/update-profile.ts'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { type ReleasePorts, releaseFiles } from './release-files.ts'

/** Changes nothing, and tells nobody, when there is none. Throws `rate_limited`. */
export async function removeAvatar(
  ports: ReleasePorts & CommitPorts & { readonly rateLimiter: RateLimiter },
  actor: Actor,
): Promise<Me> {
  requireRate(ports.rateLimiter, 'changeProfile', actor.userId)
  const { me, formerId } = await commit(ports, async (stores, emit) => {
    const account = await stores.accounts.lock(actor.userId)
    if (account === null) throw new AppError('unauthenticated')
    const formerId = account.me.avatar_id
    if (formerId === null) return { me: account.me, formerId }
    return { me: await updateProfile(stores, emit, actor.userId, { avatarId: null }), formerId }
  })
  if (formerId !== null) await releaseFiles(ports, [formerId])
  return me
}
