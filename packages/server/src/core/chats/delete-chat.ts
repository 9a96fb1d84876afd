// Deletes a group for everyone.
import type { Id } from '@parley/protocol'
import { requireGroup, requireMemberLocked, requireOwner } from '../access.ts'
import type { Bus, Envelope } from '../events.ts'
import type { Actor, Clock, Storage, Stores } from '../ports.ts'
import { commit } from '../transaction.ts'

/** The owner. Throws `not_found`, `forbidden`, `direct_chat`. */
export async function deleteChat(
  ports: { readonly storage: Storage; readonly bus: Bus; readonly clock: Clock },
  actor: Actor,
  chatId: Id,
): Promise<void> {
  await commit(ports, async (stores, emit) => {
    const { chat, member } = await requireMemberLocked(stores, actor, chatId)
    requireGroup(chat)
    requireOwner(member)
    emit(await markDeleted(stores, chatId, ports.clock.now()))
  })
}

/** Deletes the locked chat and gives the news of it. */
export async function markDeleted(stores: Stores, chatId: Id, at: Date): Promise<Envelope> {
  const chat = await stores.chats.update(chatId, { deletedAt: at })
  return {
    audience: { kind: 'chat', chat_id: chatId },
    event: { type: 'chat_deleted', chat_id: chatId, version: chat.version, chat },
  }
}
