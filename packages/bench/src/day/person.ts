// One person of the day: a socket that may be left and come back to, requests over it that survive that, and the account of every
// message that came. Throws on what the server may not do.
import { randomUUID } from 'node:crypto'
import { type ClientFrame, type ErrorFrame, type ReadyFrame, socketPath } from '@parley/protocol'
import { createFieldFinder, readNumber } from '../load/byte-search.ts'
import type { MicrosClock } from '../load/clock.ts'
import { createCodec } from '../load/codecs.ts'
import { type LoadSocket, openLoadSocket } from '../load/socket.ts'
import { readStamp } from '../load/stamped-text.ts'

export interface PersonPorts {
  readonly host: string
  readonly port: number
  readonly token: string
  readonly clock: MicrosClock
  readonly readBuffer: Buffer
  /** A message of somebody came, so long after it was due. */
  readonly onDelivery: (stamp: number, now: number) => void
  /** The server broke a promise or ended the socket. */
  readonly onFault: (words: string) => void
}

export interface DayPerson {
  /** Resolves when the person is live and has all that was missed. */
  connect(): Promise<void>
  isLive(): boolean
  /** Leaves without a word and connects again; requests without an answer are sent again. */
  reconnect(): Promise<void>
  /** Each resolves with the server's answer and rejects with its refusal. */
  send(chatId: string, text: string): Promise<void>
  read(chatId: string): Promise<void>
  typing(chatId: string): Promise<void>
  /** The last message of the chat that came. */
  lastSeq(chatId: string): number
}

/** A refusal over the socket. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: string

  constructor({ code, detail }: ErrorFrame) {
    super(`The server refused: ${code}, ${detail}`)
    this.code = code
  }
}

interface Request {
  readonly text: string
  resolve(): void
  reject(error: Error): void
}

/** Without a number, which comes when it is sent. */
type Unnumbered<F> = F extends unknown ? Omit<F, 'ref'> : never

interface Place {
  version: number
  lastSeq: number
}

const mask = Buffer.from([0x9d, 0x31, 0xe4, 0x5a])
const idLength = 36

export function createDayPerson(ports: PersonPorts): DayPerson {
  const codec = createCodec('parley')
  const findVersion = createFieldFinder('"version":')
  const found = { ref: 0, seq: 0, chatAt: 0, textAt: 0 }
  const places = new Map<string, Place>()
  const requests = new Map<number, Request>()
  let socket: LoadSocket | null = null
  let nextRef = 1

  const delivered = (bytes: Buffer, start: number, end: number): void => {
    const chatId = bytes.toString('latin1', found.chatAt, found.chatAt + idLength)
    const place = places.get(chatId)
    if (place === undefined) throw new Error(`A message came of a chat that the person is not in: ${chatId}`)
    // What was published while the first frame was made may come again after it.
    if (found.seq <= place.lastSeq) return
    if (found.seq !== place.lastSeq + 1) throw new Error(`Message ${found.seq} came after ${place.lastSeq}`)
    place.lastSeq = found.seq
    place.version = readNumber(bytes, findVersion(bytes, start, end))
    ports.onDelivery(readStamp(bytes, found.textAt), ports.clock())
  }

  const hear = (bytes: Buffer, start: number, end: number): void => {
    const kind = codec.decode(bytes, start, end, found)
    if (kind === 'delivery') delivered(bytes, start, end)
    if (kind !== 'ack' && kind !== 'error') return
    const refusal = kind === 'error' ? (JSON.parse(bytes.toString('utf8', start, end)) as ErrorFrame) : null
    const ref = refusal?.ref ?? found.ref
    const request = requests.get(ref)
    if (request === undefined) throw new Error(`An answer came to ${ref}, which nobody asked`)
    requests.delete(ref)
    if (refusal === null) request.resolve()
    else request.reject(new Refusal(refusal))
  }

  /** Takes what was missed; every message between the last that came and the chat's last must be there. */
  const takeReady = ({ chats, messages, gaps }: ReadyFrame): void => {
    if (gaps.length > 0) throw new Error('The server listed no changes after a short absence')
    for (const { id, version, last_seq } of chats) {
      const place = places.get(id)
      const missed = messages.filter((message) => message.chat_id === id).length
      if (place !== undefined && place.lastSeq + missed !== last_seq) {
        throw new Error(`${missed} messages came of those between ${place.lastSeq} and ${last_seq}`)
      }
      places.set(id, { version, lastSeq: last_seq })
    }
  }

  const connect = async (): Promise<void> => {
    const ready = Promise.withResolvers<void>()
    let isReady = false
    const opened = await openLoadSocket({
      host: ports.host,
      port: ports.port,
      path: socketPath,
      subprotocol: null,
      readBuffer: ports.readBuffer,
      mask,
      onChunk() {},
      onFrame(_, bytes, start, end) {
        if (isReady) return hear(bytes, start, end)
        const text = bytes.toString('utf8', start, end)
        if (!text.startsWith('{"type":"ready"')) throw new Error(text)
        takeReady(JSON.parse(text) as ReadyFrame)
        isReady = true
        ready.resolve()
      },
      onEnd: (reason) => (isReady ? ports.onFault(reason) : ready.reject(new Error(reason))),
    })
    const chats = Object.fromEntries([...places].map(([id, { version }]) => [id, version]))
    const hello: ClientFrame = { type: 'hello', ref: 0, token: ports.token, chats }
    opened.sendText(JSON.stringify(hello))
    await ready.promise
    socket = opened
    for (const { text } of requests.values()) opened.sendText(text)
  }

  const ask = (frame: Unnumbered<ClientFrame>): Promise<void> =>
    new Promise((resolve, reject) => {
      const ref = nextRef++
      const text = JSON.stringify({ ...frame, ref })
      requests.set(ref, { text, resolve, reject })
      socket?.sendText(text)
    })

  return {
    connect,
    isLive: () => socket !== null,
    reconnect() {
      socket?.close()
      socket = null
      return connect()
    },
    send: (chatId, text) => ask({ type: 'send_message', chat_id: chatId, id: timeOrderedId(), text }),
    read: (chatId) => ask({ type: 'read', chat_id: chatId, seq: places.get(chatId)?.lastSeq ?? 0 }),
    typing: (chatId) => ask({ type: 'typing', chat_id: chatId }),
    lastSeq: (chatId) => places.get(chatId)?.lastSeq ?? 0,
  }
}

/** A UUIDv7 (RFC 9562), as clients make them. */
function timeOrderedId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
