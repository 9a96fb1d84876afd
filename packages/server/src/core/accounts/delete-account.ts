// Deletes the actor's account. What others were told stays theirs, under a profile without a name.
import type { Id } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { type ReleasePorts, releaseFiles } from '../files/release-files.ts'
import type { Clock, Stores } from '../ports.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { type FinishPorts, finishDeletions } from './finish-deletions.ts'
import { type Proof, type ProofPorts, requireProof, requireStillProven } from './require-proof.ts'
import { sessionRevoked } from './revoke-session.ts'
import type { AccountRecord } from './store.ts'

export type DeletePorts = FinishPorts & ReleasePorts & ProofPorts

/**
 * Once this resolves the account is gone for good: nobody is logged in with it, nobody finds it, its name is free. The person has
 * left all groups, or leaves them as finishDeletions says. Throws as requireProof does, `unauthenticated` when the account is gone.
 */
export async function deleteAccount(ports: DeletePorts, actor: Actor, proof: Proof): Promise<void> {
  const proven = await requireProof(ports, actor, ['delete'], proof)
  const erased = await eraseAccount(ports, actor.userId, (stores, present) =>
    requireStillProven(ports, stores, actor, present, proven),
  )
  await finish(ports, erased)
}

/** What a server that dies meanwhile leaves undone is done by others: finishDeletions, and sweepFiles for the avatar. */
async function finish(ports: DeletePorts, avatarId: Id | null): Promise<void> {
  if (avatarId !== null) await releaseFiles(ports, [avatarId])
  await finishDeletions(ports)
}

/**
 * The first step, which nothing undoes: erases what is personal and ends every session, in one transaction. Groups are left
 * afterwards, each on its own, because each needs its chat's lock; until then the row says that the person departs. `confirm` looks
 * at the locked account first, and throws. Gives the file that was the avatar.
 */
export async function eraseAccount(
  ports: CommitPorts & { readonly clock: Clock },
  userId: Id,
  confirm: (stores: Stores, locked: AccountRecord) => Promise<void> = async () => {},
): Promise<Id | null> {
  return commit(ports, async (stores, emit) => {
    const present = await stores.accounts.lock(userId)
    if (present === null) throw new AppError('unauthenticated')
    await confirm(stores, present)
    const now = ports.clock.now()
    const user = await stores.accounts.erase(userId, now)
    // Nodes that remember people hear it, also when the person was in no chat.
    emit({ audience: { kind: 'users', user_ids: [userId] }, event: { type: 'user_updated', user } })
    for (const id of await stores.sessions.erase(userId, now)) emit(sessionRevoked(userId, id))
    for (const chatId of await stores.chats.idsOf(userId)) {
      emit({ audience: { kind: 'chat', chat_id: chatId }, event: { type: 'user_updated', user } })
    }
    return present.me.avatar_id
  })
}
