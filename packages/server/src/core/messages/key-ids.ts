// The ids of messages that are named by a key: nobody but this server can tell which id a key gives, so nobody can take it beforehand,
// or find out whether somebody has used that key.
import type { Id } from '@parley/protocol'
import { v5 as uuidv5 } from 'uuid'
import type { Clock, KeyedHash, Stores } from '../ports.ts'
import type { KeyIds } from './key-store.ts'

export interface KeyIdsOptions {
  readonly key: KeyedHash
  readonly clock: Clock
  readonly messages: Pick<Stores['messages'], 'find'>
  /** Until when a message may be sent again that was sent before the upgrade; null where there was none. */
  readonly formerUntil: Date | null
}

export function createKeyIds({ key, clock, messages, formerUntil }: KeyIdsOptions): KeyIds {
  const idOf = (userId: Id, text: string): Id => toUuid(key.digest(`${userId} ${text}`))
  /** Whoever sends again what was sent before must get that message; what a stranger put in its place counts for nothing. */
  const formerOr = async (userId: Id, text: string): Promise<Id> => {
    const former = uuidv5(text, userId)
    const message = await messages.find(former)
    return message?.sender_id === userId ? former : idOf(userId, text)
  }
  return {
    idOf: ({ userId }, text) =>
      formerUntil !== null && clock.now() < formerUntil ? formerOr(userId, text) : idOf(userId, text),
  }
}

/** UUIDv8 (RFC 9562 §5.8) of the first 16 bytes. */
function toUuid(digest: Buffer): Id {
  const bytes = Buffer.from(digest.subarray(0, 16))
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
