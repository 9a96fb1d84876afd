// What names a message by a text of its sender: which id that gives, and storage for the texts.
import type { Id } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import type { MaybePromise } from '../entity-cache/maybe-promise.ts'

export interface KeyIds {
  /** The same for the same sender and key. In the same turn, but for a week after an upgrade from ids that could be guessed. */
  idOf(actor: Pick<Actor, 'userId'>, key: string): MaybePromise<Id>
}

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
