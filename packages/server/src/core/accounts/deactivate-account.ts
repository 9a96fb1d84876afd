// Puts an account to rest until its owner logs in again.
import type { Me } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Envelope } from '../events.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { type Proof, type ProofPorts, requireProof, requireStillProven } from './require-proof.ts'
import { sessionRevoked } from './revoke-session.ts'

/** Nodes that remember whether somebody is active hear it. */
export const accountUpdated = (me: Me): Envelope => ({
  audience: { kind: 'users', user_ids: [me.id] },
  event: { type: 'me_updated', user: me },
})

/**
 * Ends all sessions, the actor's too, and hides the person from the search; profile and memberships stay. The next login makes
 * the account active again. Throws as requireProof does, `unauthenticated` when the account is gone.
 */
export async function deactivateAccount(
  ports: CommitPorts & ProofPorts,
  actor: Actor,
  proof: Proof,
): Promise<void> {
  const proven = await requireProof(ports, actor, ['deactivate'], proof)
  await commit(ports, async (stores, emit) => {
    // Logins take this lock too: one that was on its way is ended with the others.
    const account = await stores.accounts.lock(actor.userId)
    if (account === null) throw new AppError('unauthenticated')
    await requireStillProven(ports, stores, actor, account, proven)
    const now = ports.clock.now()
    await stores.accounts.setDeactivated(actor.userId, now)
    emit(accountUpdated(account.me))
    const ended = await stores.sessions.revoke(actor.userId, 'all', now)
    for (const id of ended) emit(sessionRevoked(actor.userId, id))
  })
}
