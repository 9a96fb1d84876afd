// One person of the day: a socket that may be left and come back to, requests over it that survive that, and the account of every
// message that came. Throws on what the server may not do.
import { randomUUID } from 'node:crypto'
import type { ClientFrame, ErrorFrame, ReadyFrame } from '@parley/protocol'
import { createFieldFinder, readNumber } from '../load/byte-search.ts'
import type { MicrosClock } from '../load/clock.ts'
import { createCodec } from '../load/codecs.ts'
import { openParleySocket } from '../load/parley-socket.ts'
import type { LoadSocket } from '../load/socket.ts'
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

const idLength = 36

export class DayPerson {
  private readonly ports: PersonPorts
  private readonly codec = createCodec('parley')
  private readonly findVersion = createFieldFinder('"version":')
  private readonly found = { ref: 0, seq: 0, chatAt: 0, textAt: 0 }
  private readonly places = new Map<string, Place>()
  private readonly requests = new Map<number, Request>()
  private socket: LoadSocket | null = null
  private nextRef = 1

  constructor(ports: PersonPorts) {
    this.ports = ports
  }

  /** Resolves when the person is live and has all that was missed; requests without an answer are sent again. */
  async connect(): Promise<void> {
    const { host, port, token, readBuffer, onFault } = this.ports
    const socket = await openParleySocket({
      host,
      port,
      token,
      versions: Object.fromEntries([...this.places].map(([id, { version }]) => [id, version])),
      readBuffer,
      onReady: (text) => this.takeReady(JSON.parse(text) as ReadyFrame),
      onFrame: (bytes, start, end) => this.hear(bytes, start, end),
      onEnd: onFault,
    })
    this.socket = socket
    for (const { text } of this.requests.values()) socket.sendText(text)
  }

  isLive(): boolean {
    return this.socket !== null
  }

  /** Leaves without a word and connects again. */
  reconnect(): Promise<void> {
    this.socket?.close()
    this.socket = null
    return this.connect()
  }

  /** This and the next two resolve with the server's answer and reject with its refusal. */
  send(chatId: string, text: string): Promise<void> {
    return this.ask({ type: 'send_message', chat_id: chatId, id: timeOrderedId(), text })
  }

  read(chatId: string): Promise<void> {
    return this.ask({ type: 'read', chat_id: chatId, seq: this.lastSeq(chatId) })
  }

  typing(chatId: string): Promise<void> {
    return this.ask({ type: 'typing', chat_id: chatId })
  }

  /** The last message of the chat that came. */
  lastSeq(chatId: string): number {
    return this.places.get(chatId)?.lastSeq ?? 0
  }

  private ask(frame: Unnumbered<ClientFrame>): Promise<void> {
    return new Promise((resolve, reject) => {
      const ref = this.nextRef++
      const text = JSON.stringify({ ...frame, ref })
      this.requests.set(ref, { text, resolve, reject })
      this.socket?.sendText(text)
    })
  }

  private hear(bytes: Buffer, start: number, end: number): void {
    const kind = this.codec.decode(bytes, start, end, this.found)
    if (kind === 'delivery') this.delivered(bytes, start, end)
    if (kind !== 'ack' && kind !== 'error') return
    const refusal = kind === 'error' ? (JSON.parse(bytes.toString('utf8', start, end)) as ErrorFrame) : null
    const ref = refusal?.ref ?? this.found.ref
    const request = this.requests.get(ref)
    if (request === undefined) throw new Error(`An answer came to ${ref}, which nobody asked`)
    this.requests.delete(ref)
    if (refusal === null) request.resolve()
    else request.reject(new Refusal(refusal))
  }

  private delivered(bytes: Buffer, start: number, end: number): void {
    const { seq, chatAt, textAt } = this.found
    const chatId = bytes.toString('latin1', chatAt, chatAt + idLength)
    const place = this.places.get(chatId)
    if (place === undefined) throw new Error(`A message came of a chat that the person is not in: ${chatId}`)
    // What was published while the first frame was made may come again after it.
    if (seq <= place.lastSeq) return
    if (seq !== place.lastSeq + 1) throw new Error(`Message ${seq} came after ${place.lastSeq}`)
    place.lastSeq = seq
    place.version = readNumber(bytes, this.findVersion(bytes, start, end))
    this.ports.onDelivery(readStamp(bytes, textAt), this.ports.clock())
  }

  /** Takes what was missed; every message between the last that came and the chat's last must be there. */
  private takeReady({ chats, messages, gaps }: ReadyFrame): void {
    if (gaps.length > 0) throw new Error('The server listed no changes after a short absence')
    for (const { id, version, last_seq } of chats) {
      const place = this.places.get(id)
      const missed = messages.filter((message) => message.chat_id === id).length
      if (place !== undefined && place.lastSeq + missed !== last_seq) {
        throw new Error(`${missed} messages came of those between ${place.lastSeq} and ${last_seq}`)
      }
      this.places.set(id, { version, lastSeq: last_seq })
    }
  }
}

/** A UUIDv7 (RFC 9562), as clients make them. */
function timeOrderedId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
