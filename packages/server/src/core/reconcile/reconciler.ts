// Makes lost events heal: compares what was published with what the database says, and publishes the difference. No single event
// needs to arrive for that.
import type { Id } from '@parley/protocol'
import type { Envelope } from '../events.ts'
import type { Followed } from './followed.ts'

export interface Reconciler {
  /**
   * It is not known whether what these events tell of was stored. Looks as soon as the database answers, and again until nothing can be
   * on its way any more; publishes what was stored.
   */
  doubt(envelopes: readonly Envelope[]): void
  /** `doubt` for messages of which only the id is known. */
  doubtMessages(messageIds: readonly Id[]): void
  /** A command found its work done, at that version of the chat. If that was not published here, it is now. */
  found(chatId: Id, version: number): void
  /** Everything that is followed here may have changed without a word: the bus lost something, or the database was away. */
  all(): void
  /** From now on everything followed here is compared regularly; see Sweep. To be called once. */
  watch(followed: Followed): void
  /** Resolves when nothing is under way; nothing more is begun. */
  stop(): Promise<void>
}
