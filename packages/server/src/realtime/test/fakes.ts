// Sockets without a network, ids that can be told apart, and a realtime part on an in-process bus with storage in memory.
import type { Chat, DurableEvent, Id, Member, Message } from '@parley/protocol'
import { sampleChat, sampleMember, sampleMessage } from '../../../../protocol/test/samples.ts'
import type { Actor } from '../../core/actor.ts'
import type { Bus, Envelope } from '../../core/events.ts'
import type { Log } from '../../core/ports.ts'
import type { Door } from '../connection.ts'
import type { Sink } from '../writes.ts'

export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

export const idOf = (number: number): Id => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`
export const actorOf = (user: number, session = user): Actor => ({
  userId: idOf(user),
  sessionId: idOf(900_000 + session),
})

/** Resolves after everything that was due in this turn, writes included. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Takes bytes and remembers them; `take` is what the peer's system has room for. */
export class FakeSocket implements Sink, Door {
  writable = true
  writableLength = 0
  /** One entry for each write. */
  readonly writes: Buffer[] = []
  readonly closes: { code: number; reason: string }[] = []
  readonly chatsLeft: Id[] = []
  terminated = false
  private room: number

  constructor(room = Number.POSITIVE_INFINITY) {
    this.room = room
  }

  write(bytes: Buffer): boolean {
    this.writes.push(bytes)
    const taken = Math.min(this.room, bytes.length)
    this.room -= taken
    this.writableLength += bytes.length - taken
    return this.writableLength === 0
  }

  /** The peer reads everything. */
  drain(): void {
    this.room = Number.POSITIVE_INFINITY
    this.writableLength = 0
  }

  close(code: number, reason: string): void {
    this.closes.push({ code, reason })
  }

  terminate(): void {
    this.terminated = true
    this.writable = false
  }

  left(chatId: Id): void {
    this.chatsLeft.push(chatId)
  }

  /** The texts of all frames that were written. */
  texts(): string[] {
    return textsOf(Buffer.concat(this.writes))
  }

  /** The frames as objects. */
  frames(): { type: string; [key: string]: unknown }[] {
    return this.texts().map((text) => JSON.parse(text))
  }

  types(): string[] {
    return this.frames().map((frame) => frame.type)
  }
}

/** Reads unmasked text frames as RFC 6455 §5.2 lays them out. */
export function textsOf(bytes: Buffer): string[] {
  const texts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== 0x81) throw new Error(`no text frame at ${at}`)
    const short = bytes[at + 1] ?? 0
    const [length, header] =
      short < 126
        ? [short, 2]
        : short === 126
          ? [bytes.readUInt16BE(at + 2), 4]
          : [Number(bytes.readBigUInt64BE(at + 2)), 10]
    texts.push(bytes.subarray(at + header, at + header + length).toString())
    at += header + length
  }
  return texts
}

/** A promise that is settled from outside. */
export function deferred<T>(): {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
} {
  return Promise.withResolvers<T>()
}

export const messageOf = (chat: number, seq: number, text = 'text'): Message =>
  sampleMessage({ id: idOf(chat * 1_000 + seq), chat_id: idOf(chat), seq, sender_id: idOf(1), text })

/** The event of a message; its version is one above its seq unless given. */
export const sent = (chat: number, seq: number, version = seq + 1): Envelope => ({
  audience: { kind: 'chat', chat_id: idOf(chat) },
  event: {
    type: 'message_created',
    chat_id: idOf(chat),
    version,
    message: { ...messageOf(chat, seq), version },
  },
})

const chatOf = (chat: number, version: number): Chat =>
  sampleChat({ id: idOf(chat), created_by: idOf(1), member_count: 2, version })

const memberOf = (chat: number, user: number, version: number): Member =>
  sampleMember({ chat_id: idOf(chat), user_id: idOf(user), version })

const chatEvent = (
  chat: number,
  event: DurableEvent,
  more: Pick<Envelope, 'attach' | 'detach'>,
): Envelope => ({
  audience: { kind: 'chat', chat_id: idOf(chat) },
  event,
  ...more,
})

export const added = (chat: number, user: number, version: number): Envelope =>
  chatEvent(
    chat,
    {
      type: 'member_added',
      chat_id: idOf(chat),
      version,
      member: memberOf(chat, user, version),
      chat: chatOf(chat, version),
      users: [],
    },
    { attach: [idOf(user)] },
  )

export const removed = (chat: number, user: number, version: number): Envelope =>
  chatEvent(
    chat,
    {
      type: 'member_removed',
      chat_id: idOf(chat),
      version,
      member: memberOf(chat, user, version),
      chat: chatOf(chat, version),
    },
    { detach: [idOf(user)] },
  )

export const chatDeleted = (chat: number, version: number): Envelope =>
  chatEvent(chat, { type: 'chat_deleted', chat_id: idOf(chat), version, chat: chatOf(chat, version) }, {})

export const sessionRevoked = ({ userId, sessionId }: Actor): Envelope => ({
  audience: { kind: 'users', user_ids: [userId] },
  event: { type: 'session_revoked', session_id: sessionId },
})

/** Counts what of the bus's interest is held at the moment. */
export function interestOf(bus: Bus): { readonly bus: Bus; readonly wanted: Set<string> } {
  const wanted = new Set<string>()
  return {
    wanted,
    bus: {
      ...bus,
      setInterest: (subject, want) => {
        if (want) wanted.add(subject)
        else wanted.delete(subject)
        return bus.setInterest(subject, want)
      },
    },
  }
}
