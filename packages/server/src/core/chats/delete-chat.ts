// Deletes a group for everyone.
import type { Id } from '@parley/protocol'
import { requireGroup, requireMember, requireOwner } from '../access.ts'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Envelope } from '../events.ts'
import { type ReleasePorts, releaseFiles } from '../files/release-files.ts'
import type { Clock, Stores } from '../ports.ts'
import { type CommitPorts, commit } from '../transaction.ts'

/** Files that the deletion of a chat deletes by itself; of more, sweepFiles deletes the rest. */
const releasedAtOnce = 1000

/** The owner, who may ask again. The files of its messages go too, unless something else uses them. Throws `not_found`, `forbidden`, `direct_chat`. */
export async function deleteChat(
  ports: ReleasePorts & CommitPorts & { readonly clock: Clock },
  actor: Actor,
  chatId: Id,
): Promise<void> {
  const fileIds = await commit(ports, async (stores, emit) => {
    if ((await stores.chats.lock(chatId)) === null) {
      await requireDeletedByOwner(stores, actor, chatId)
      return []
    }
    const { chat, member } = await requireMember(stores, actor, chatId)
    requireGroup(chat)
    requireOwner(member)
    emit(await markDeleted(stores, chatId, ports.clock.now()))
    return stores.files.detachChat(chatId, releasedAtOnce)
  })
  await releaseFiles(ports, fileIds)
}

/** Whoever asks again for what is done is told so; to all others there is no such chat. Expects that it was not there to be locked. */
async function requireDeletedByOwner(stores: Stores, actor: Actor, chatId: Id): Promise<void> {
  const [own] = await stores.reconcile.members([{ chatId, userId: actor.userId }])
  if (own === undefined || own.member.left_at !== null || own.member.role !== 'owner') {
    throw new AppError('not_found')
  }
}

/** Deletes the locked chat and gives the event of it. Its files are out of reach then; sweepFiles deletes them. */
export async function markDeleted(stores: Stores, chatId: Id, at: Date): Promise<Envelope> {
  const chat = await stores.chats.update(chatId, { deletedAt: at })
  return {
    audience: { kind: 'chat', chat_id: chatId },
    event: { type: 'chat_deleted', chat_id: chatId, version: chat.version, chat },
  }
}
