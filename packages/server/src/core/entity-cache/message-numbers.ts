// The integers of messages, from the blocks in memory. A block that is not there is read, and made if no message of it was named before.
import type { Id, Message } from '@parley/protocol'
import type { PlaceInChat } from '../messages/get-visible.ts'
import {
  type BlockOfChat,
  baseOf,
  blockOf,
  maxMessageNumber,
  type NumberedBlock,
  numberIn,
  seqIn,
} from '../messages/message-number.ts'
import type { MessageNumberStore } from '../messages/number-store.ts'
import { EntityMemory, type Found } from './entity-memory.ts'
import { type MaybePromise, whenReady } from './maybe-promise.ts'
import { TtlCache } from './ttl-cache.ts'

/** Where a message is in the history of its chat. */
export type MessageSpot = Pick<Message, 'chat_id' | 'seq'>

interface Block extends NumberedBlock {
  readonly id: string
}

/** Blocks never change. */
const bounds = { ttlMs: 3_600_000, max: 20_000 }
/** Messages that may come into a chat between `expect` and the one that it is about. */
const ahead = 128

const idOf = ({ chatId, block }: BlockOfChat): string => `${chatId} ${block}`
const withId = (block: NumberedBlock): Block => ({ ...block, id: idOf(block) })

function wantedIn(id: string): BlockOfChat {
  const [chatId = '', block] = id.split(' ')
  return { chatId, block: Number(block) }
}

/** Of the block of a message. */
const idOfSpot = ({ chat_id, seq }: MessageSpot): string => idOf({ chatId: chat_id, block: blockOf(seq) })

/** One call of the store for all ids of blocks. */
export const readBlocks = async (store: MessageNumberStore, ids: readonly string[]): Promise<Block[]> =>
  (await store.blocks(ids.map(wantedIn))).map(withId)

/** Of the blocks of the messages. */
export const blockIds = (spots: Iterable<MessageSpot>): Set<string> => new Set(Array.from(spots, idOfSpot))

/** Integers of the messages that were looked up together. */
export class FoundNumbers {
  private readonly blocks: Found<Block>

  constructor(blocks: Found<Block>) {
    this.blocks = blocks
  }

  /** Throws for a message whose block was not asked for. */
  of(spot: MessageSpot): number {
    return numberIn(this.blocks.get(idOfSpot(spot)), spot.seq)
  }
}

export class MessageNumbers {
  private readonly store: MessageNumberStore
  private readonly memory: EntityMemory<Block>
  private readonly byBase: TtlCache<NumberedBlock>

  constructor(now: () => number, store: MessageNumberStore) {
    this.store = store
    this.memory = new EntityMemory(now, bounds, (ids) => readBlocks(store, ids))
    this.byBase = new TtlCache(now, bounds)
  }

  /** One call of the store for all that is not in memory. A promise rejects for chats that do not exist. */
  of(spots: Iterable<MessageSpot>): MaybePromise<FoundNumbers> {
    return whenReady(this.memory.of(blockIds(spots)), (blocks) => new FoundNumbers(blocks))
  }

  /** Where the message with that integer is, or will be; null for an integer that no message has been given. */
  placeOf(number: number): MaybePromise<PlaceInChat | null> {
    if (number > maxMessageNumber) return null
    const base = baseOf(number)
    return whenReady(this.byBase.get(String(base)) ?? this.readAt(base), (block) =>
      block === null ? null : { chatId: block.chatId, seq: seqIn(block, number) },
    )
  }

  /**
   * For a person who is about to send to the chat: what then gives the message's integer. It needs no storage, which could fail when the message
   * is sent already, unless 128 others came before the message. Nothing is made where the person is no member.
   */
  async expect(chatId: Id, userId: Id): Promise<(sent: MessageSpot) => MaybePromise<number>> {
    const blocks = await this.store.blocksAhead(chatId, userId, ahead)
    return (sent) => {
      const block = blocks.find((each) => each.chatId === sent.chat_id && each.block === blockOf(sent.seq))
      if (block !== undefined) return numberIn(block, sent.seq)
      return whenReady(this.of([sent]), (found) => found.of(sent))
    }
  }

  private async readAt(base: number): Promise<NumberedBlock | null> {
    const block = await this.store.blockAt(base)
    if (block !== null) this.byBase.set(String(base), block)
    return block
  }
}
