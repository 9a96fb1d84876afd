// The integers by which some doors know messages. A chat's messages are numbered by blocks: one that a message of was named has the first of
// its integers from a counter over all chats, and the messages follow each other from there.
import type { Id } from '@parley/protocol'

/** Messages of a block, as migrations/0021_message_numbers.sql counts them too. */
export const messagesPerBlock = 256
/** Clients keep them in signed integers of 32 bits. */
export const maxMessageNumber = 2 ** 31 - 1

/** Which block of which chat: the one of number n holds the seqs from n × 256 + 1 on. */
export interface BlockOfChat {
  readonly chatId: Id
  readonly block: number
}

/** What never changes about a block: the integer of its first message. It is one more than a multiple of 256. */
export interface NumberedBlock extends BlockOfChat {
  readonly base: number
}

export const blockOf = (seq: number): number => Math.floor((seq - 1) / messagesPerBlock)

/** The integer of the message with that seq, which has to be in the block. */
export const numberIn = ({ base }: NumberedBlock, seq: number): number =>
  base + ((seq - 1) % messagesPerBlock)

/** The first integer of the block that the integer is in. */
export const baseOf = (number: number): number => number - ((number - 1) % messagesPerBlock)

/** The seq of the message with that integer, which has to be in the block. */
export const seqIn = ({ block, base }: NumberedBlock, number: number): number =>
  block * messagesPerBlock + (number - base) + 1
