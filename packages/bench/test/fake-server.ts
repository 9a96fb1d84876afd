// A server of the wire's shape with nothing behind it, which can be told to break its promises.

import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ClientFrame, Id } from '@parley/protocol'
import { unmaskedFrame } from '../src/load/frames.ts'

/** What happens to the events of one message on their way to one socket. */
export type Fate = 'deliver' | 'drop' | 'double' | 'hold' | 'close' | 'refuse'

export interface FakeServer {
  readonly port: number
  close(): Promise<void>
}

interface Client {
  readonly stream: Duplex
  /** Held back until the next event. */
  held: Buffer | null
}

/** Every socket is in every chat. `fate` is asked per chat number, socket number and message number. */
export async function startFakeServer(
  chatIds: readonly Id[],
  fate: (socket: number, seq: number) => Fate = () => 'deliver',
  firstSeq = 1,
): Promise<FakeServer> {
  const clients: Client[] = []
  const seqs = new Map(chatIds.map((id) => [id, firstSeq - 1]))

  const take = (number: number, frame: ClientFrame): void => {
    const client = clients[number]
    if (client === undefined) return
    if (frame.type === 'hello') {
      const chats = [...seqs].map(([id, last_seq]) => ({ id, last_seq, version: last_seq }))
      client.stream.write(textFrame({ type: 'ready', ref: frame.ref, chats, messages: [], gaps: [] }))
    } else if (frame.type === 'send_message') {
      const seq = (seqs.get(frame.chat_id) ?? 0) + 1
      seqs.set(frame.chat_id, seq)
      const message = { id: frame.id, chat_id: frame.chat_id, seq, text: frame.text, version: seq }
      const event = { type: 'message_created', chat_id: frame.chat_id, version: seq, message }
      const fates = clients.map((_, socket) => fate(socket, seq))
      if (fates.includes('refuse')) {
        client.stream.write(textFrame({ type: 'error', ref: frame.ref, code: 'unavailable' }))
        return
      }
      client.stream.write(textFrame({ type: 'ack', ref: frame.ref, message }))
      for (const [socket, other] of clients.entries())
        deliver(other, textFrame(event), fates[socket] ?? 'drop')
    }
  }

  const server = createServer()
  server.on('upgrade', (request, stream: Duplex) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    stream.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    const number = clients.push({ stream, held: null }) - 1
    stream.on(
      'data',
      readClientFrames((text) => take(number, JSON.parse(text) as ClientFrame)),
    )
    stream.on('error', () => stream.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const client of clients) client.stream.destroy()
        server.close(() => resolve())
      }),
  }
}

const textFrame = (value: unknown): Buffer => unmaskedFrame(1, Buffer.from(JSON.stringify(value)))

function deliver(client: Client, frame: Buffer, fate: Fate): void {
  const held = client.held
  client.held = fate === 'hold' ? frame : null
  if (fate === 'deliver' || fate === 'double') client.stream.write(frame)
  if (fate === 'double') client.stream.write(frame)
  if (fate === 'close')
    client.stream.write(unmaskedFrame(8, Buffer.from([0x11, 0x97, 0x73, 0x6c, 0x6f, 0x77])))
  if (held !== null) client.stream.write(held)
}

/** Unmasks short client frames. */
function readClientFrames(onText: (text: string) => void): (chunk: Buffer) => void {
  let bytes = Buffer.alloc(0)
  return (chunk) => {
    bytes = Buffer.concat([bytes, chunk])
    while (bytes.length >= 8) {
      const short = (bytes[1] ?? 0) & 0x7f
      const maskAt = short === 126 ? 4 : 2
      const length = short === 126 ? bytes.readUInt16BE(2) : short
      if (bytes.length < maskAt + 4 + length) return
      const mask = bytes.subarray(maskAt, maskAt + 4)
      const payload = bytes.subarray(maskAt + 4, maskAt + 4 + length)
      onText(Buffer.from(payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0))).toString())
      bytes = bytes.subarray(maskAt + 4 + length)
    }
  }
}
