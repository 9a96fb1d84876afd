// Storage for doors that know messages by integer. Nothing of it is checked for any actor, but for what is made in advance.
import type { Id } from '@parley/protocol'
import type { BlockOfChat, NumberedBlock } from './message-number.ts'

export interface MessageNumberStore {
  /**
   * In no particular order, blocks of chats that do not exist left out. Blocks that no message was named of before get their integers, and all
   * before them in the chat, so that integers rise with seq. Throws `numbers_exhausted` when there are none left.
   */
  blocks(wanted: readonly BlockOfChat[]): Promise<NumberedBlock[]>
  /** As `blocks` does it, those that the next `count` messages of the chat come to be in. None where the person is no member. */
  blocksAhead(chatId: Id, userId: Id, count: number): Promise<NumberedBlock[]>
  /** The block with that base. */
  blockAt(base: number): Promise<NumberedBlock | null>
}
