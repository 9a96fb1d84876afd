// Deletes a group for everyone.
import type { Id } from '@parley/protocol'
import { requireGroup, requireMemberLocked, requireOwner } from '../access.ts'
import type { Bus, Envelope } from '../events.ts'
import { type ReleasePorts, releaseFiles } from '../files/release-files.ts'
import type { Actor, Clock, Stores } from '../ports.ts'
import { commit } from '../transaction.ts'

/** Files that the deletion of a chat deletes by itself; of more, sweepFiles deletes the rest. */
const releasedAtOnce = 1000

/** The owner. The files of its messages go too, unless something else uses them. Throws `not_found`, `forbidden`, `direct_chat`. */
export async function deleteChat(
  ports: ReleasePorts & { readonly bus: Bus; readonly clock: Clock },
  actor: Actor,
  chatId: Id,
): Promise<void> {
  const fileIds = await commit(ports, async (stores, emit) => {
    const { chat, member } = await requireMemberLocked(stores, actor, chatId)
    requireGroup(chat)
    requireOwner(member)
    emit(await markDeleted(stores, chatId, ports.clock.now()))
    return stores.files.detachChat(chatId, releasedAtOnce)
  })
  await releaseFiles(ports, fileIds)
}

/** Deletes the locked chat and gives the news of it. Its files are out of reach then; sweepFiles deletes them. */
export async function markDeleted(stores: Stores, chatId: Id, at: Date): Promise<Envelope> {
  const chat = await stores.chats.update(chatId, { deletedAt: at })
  return {
    audience: { kind: 'chat', chat_id: chatId },
    event: { type: 'chat_deleted', chat_id: chatId, version: chat.version, chat },
  }
}
