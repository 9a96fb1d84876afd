// Storage for the texts by which senders named their messages.
import type { Id } from '@parley/protocol'

export interface MessageKey {
  readonly chatId: Id
  readonly messageId: Id
  readonly key: string
}

export interface MessageKeyStore {
  /** Resolves when it is durable. The first key of a message stays. */
  note(entry: MessageKey): Promise<void>
  /** Of a message that was not sent after all. */
  forget(chatId: Id, messageId: Id): Promise<void>
  /** Message → key; those without one are left out. */
  keysOf(chatId: Id, messageIds: readonly Id[]): Promise<Map<Id, string>>
  /** Until when messages are sent again whose keys gave another id then; null where there are none. */
  formerUntil(): Promise<Date | null>
}
