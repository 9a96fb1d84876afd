// The texts by which senders named their messages, for doors whose contracts show them again. Who sends by id has none.
import type { Id } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import type { EntityCache } from '../entity-cache/entity-cache.ts'
import type { Ports, Storage, Stores } from '../ports.ts'
import { getVisibleWithReads } from './get-visible.ts'
import { listVisible, type ReadMessage, type VisibleQuery } from './list-visible.ts'
import { idOfKey, type SendMessageInput, type SentMessage, sendMessage } from './send-message.ts'

/**
 * `sendMessage` with a key that is kept beside the message and told with its event by this node, on which the sender waits for it.
 * Throws as `sendMessage` does; when the key was not kept, sending again keeps it.
 */
export async function sendKeyed(
  ports: Pick<Ports, 'storage' | 'messageWriter' | 'clock' | 'ids' | 'rateLimiter'>,
  entities: Pick<EntityCache, 'noteKey'>,
  actor: Actor,
  input: Omit<SendMessageInput, 'id' | 'idempotency_key'> & { readonly idempotency_key: string },
): Promise<SentMessage> {
  const { idempotency_key: key, ...rest } = input
  const id = idOfKey(actor, key)
  entities.noteKey(id, key)
  const sent = await sendMessage(ports, actor, { ...rest, id })
  await ports.storage.stores.messageKeys.note({ chatId: sent.message.chat_id, messageId: id, key })
  return sent
}

export interface KeyedMessage extends ReadMessage {
  /** Null for a message that was sent without one. */
  readonly key: string | null
}

/** `listVisible` with the messages' keys. Members only. Throws `not_found`. */
export async function listKeyed(
  ports: { readonly storage: Storage },
  actor: Actor,
  chatId: Id,
  query: VisibleQuery,
): Promise<KeyedMessage[]> {
  return withKeys(ports.storage.stores, chatId, await listVisible(ports, actor, chatId, query))
}

/** `getVisibleWithReads` with the message's key. Members of its chat. Throws `not_found`. */
export async function getKeyed(
  ports: { readonly storage: Storage },
  actor: Actor,
  messageId: Id,
): Promise<KeyedMessage> {
  const item = await getVisibleWithReads(ports, actor, messageId)
  const [keyed] = await withKeys(ports.storage.stores, item.message.chat_id, [item])
  return keyed ?? { ...item, key: null }
}

async function withKeys(
  stores: Pick<Stores, 'messageKeys'>,
  chatId: Id,
  items: readonly ReadMessage[],
): Promise<KeyedMessage[]> {
  const ids = items.map(({ message }) => message.id)
  const keys = await stores.messageKeys.keysOf(chatId, ids)
  return items.map((item) => ({ ...item, key: keys.get(item.message.id) ?? null }))
}
