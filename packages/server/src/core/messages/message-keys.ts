// The texts by which senders named their messages, for doors whose contracts show them again. Who sends by id has none.
import type { Id } from '@parley/protocol'
import type { Directory } from '../directory/directory.ts'
import type { Actor, Ports } from '../ports.ts'
import { idOfKey, type SendMessageInput, type SentMessage, sendMessage } from './send-message.ts'

export interface MessageKey {
  readonly chatId: Id
  readonly messageId: Id
  readonly key: string
}

export interface MessageKeyStore {
  /** Resolves when it is durable. The first key of a message stays. */
  note(entry: MessageKey): Promise<void>
  /** Message → key; those without one are left out. */
  keysOf(chatId: Id, messageIds: readonly Id[]): Promise<Map<Id, string>>
}

/**
 * `sendMessage` with a key that is kept beside the message and told with its event by this node, on which the sender waits for it.
 * Throws as `sendMessage` does; when the key was not kept, sending again keeps it.
 */
export async function sendKeyed(
  ports: Pick<Ports, 'storage' | 'messageWriter' | 'clock' | 'ids' | 'rateLimiter'>,
  directory: Pick<Directory, 'noteKey'>,
  actor: Actor,
  input: Omit<SendMessageInput, 'id' | 'idempotency_key'> & { readonly idempotency_key: string },
): Promise<SentMessage> {
  const { idempotency_key: key, ...rest } = input
  const id = idOfKey(actor, key)
  directory.noteKey(id, key)
  const sent = await sendMessage(ports, actor, { ...rest, id })
  await ports.storage.stores.messageKeys.note({ chatId: sent.message.chat_id, messageId: id, key })
  return sent
}
