// Framing, read back by the ws library's client over a real socket, and compared with what the library itself would write.
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { encodeFrame } from './frame-codec.ts'
import { textsOf } from './test/fakes.ts'

const lengths = [0, 1, 124, 125, 126, 127, 65_534, 65_535, 65_536, 65_537, 300_000]

test('every class of length is read back as it was written', () => {
  for (const length of lengths) {
    const text = 'x'.repeat(length)
    expect(textsOf(encodeFrame(text))).toEqual([text])
  }
})

test('the header is the shortest that holds the length', () => {
  const headerOf = (length: number) => encodeFrame('x'.repeat(length)).length - length
  expect(lengths.map(headerOf)).toEqual([2, 2, 2, 2, 4, 4, 4, 4, 10, 10, 10])
})

const texts = [
  ...lengths.map((length) => 'x'.repeat(length)),
  'Привет 👋',
  '\u2028é'.repeat(50),
  '漢'.repeat(30_000),
]

/** A port on which the library answers handshakes; what is then written is up to the test. */
async function listen(write: (webSocket: WebSocket, socket: Duplex) => void): Promise<number> {
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const server = createServer()
  server.on('upgrade', (request, socket, head) => {
    webSockets.handleUpgrade(request, socket, head, (webSocket) => write(webSocket, socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

test('a client reads frames of every length and script, alone and glued together', async () => {
  const port = await listen((_webSocket, socket) => {
    for (const text of texts) socket.write(encodeFrame(text))
    socket.write(Buffer.concat(texts.map(encodeFrame)))
  })
  const client = new WebSocket(`ws://127.0.0.1:${port}`)
  const seen: string[] = []
  await new Promise<void>((resolve, reject) => {
    client.on('error', reject)
    client.on('message', (data) => {
      seen.push(data.toString())
      if (seen.length === 2 * texts.length) resolve()
    })
  })
  expect(seen).toEqual([...texts, ...texts])
  client.terminate()
})

test('the bytes are those that the ws library writes when it sends the same texts', async () => {
  const ours = Buffer.concat(texts.map(encodeFrame))
  const port = await listen((webSocket) => {
    for (const text of texts) webSocket.send(text)
  })
  const handshake = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
  }
  const theirs = await new Promise<Buffer>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, headers: handshake })
    asked.once('error', reject)
    asked.once('upgrade', (_answer, socket, head) => {
      const chunks: Buffer[] = [head]
      let bytes = head.length
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes < ours.length) return
        socket.destroy()
        resolve(Buffer.concat(chunks))
      })
    })
    asked.end()
  })
  expect(theirs.equals(ours)).toBe(true)
})
