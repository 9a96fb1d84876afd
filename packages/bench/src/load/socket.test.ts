import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { opcodes, unmaskedFrame } from './frames.ts'
import { openLoadSocket } from './socket.ts'

/** A server whose first frame is in the same packet as its handshake, as Engine.IO's is. */
async function startHastyServer(): Promise<{ port: number; protocol: Promise<string | undefined> }> {
  const streams: Duplex[] = []
  const protocol = Promise.withResolvers<string | undefined>()
  const server = createServer()
  server.on('upgrade', (request, stream: Duplex) => {
    streams.push(stream)
    const { 'sec-websocket-key': key, 'sec-websocket-protocol': asked } = request.headers
    protocol.resolve(asked)
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
    stream.write(Buffer.concat([Buffer.from(head), unmaskedFrame(opcodes.text, Buffer.from('first'))]))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const stream of streams) stream.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, protocol: protocol.promise }
}

test('a frame that comes with the handshake is read once whoever opened the socket has it', async () => {
  const { port, protocol } = await startHastyServer()
  const { promise: first, resolve, reject } = Promise.withResolvers<[frame: string, hasSocket: boolean]>()
  let hasSocket = false
  const socket = await openLoadSocket({
    host: '127.0.0.1',
    port,
    path: '/',
    subprotocol: 'xmpp',
    readBuffer: Buffer.alloc(4096),
    mask: Buffer.alloc(4),
    onChunk: () => {},
    onFrame: (_, bytes, start, end) => resolve([bytes.toString('utf8', start, end), hasSocket]),
    onEnd: (reason) => reject(new Error(reason)),
  })
  hasSocket = true
  onTestFinished(() => socket.close())
  expect(await first).toEqual(['first', true])
  expect(await protocol).toBe('xmpp')
})
