// The texts by which senders named their messages, for doors whose contracts show them again. Who sends by id has none.
import type { Id } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import type { EntityCache } from '../entity-cache/entity-cache.ts'
import type { Ports, Storage, Stores } from '../ports.ts'
import { getVisibleWithReads } from './get-visible.ts'
import { listVisible, type ReadMessage, type VisibleQuery } from './list-visible.ts'
import {
  postMessage,
  requireMaySend,
  type SendMessageInput,
  type SentMessage,
  sentAs,
} from './send-message.ts'

/**
 * `sendMessage` with a key that is kept beside the message and told with its event by this node, on which the sender waits for it. The key
 * is kept first, so that nothing is left to be done, or to fail, once the message is sent. Throws as `sendMessage` does.
 */
export async function sendKeyed(
  ports: Pick<Ports, 'storage' | 'messageWriter' | 'clock' | 'keyIds' | 'rateLimiter' | 'log'>,
  entities: Pick<EntityCache, 'noteKey'>,
  actor: Actor,
  input: Omit<SendMessageInput, 'id' | 'idempotency_key'> & { readonly idempotency_key: string },
): Promise<SentMessage> {
  const { idempotency_key: key, ...rest } = input
  requireMaySend(ports, actor, rest)
  const id = await ports.keyIds.idOf(actor, key)
  const { messageKeys } = ports.storage.stores
  await messageKeys.note({ chatId: rest.chat_id, messageId: id, key })
  entities.noteKey(id, key)
  const outcome = await postMessage(ports, actor, rest, id)
  if (outcome.status === 'refused') {
    // What is left by a failure names a message that there is not.
    await messageKeys
      .forget(rest.chat_id, id)
      .catch((err: unknown) => ports.log.warn({ err }, 'a key stays that names nothing'))
  }
  return sentAs(outcome)
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
