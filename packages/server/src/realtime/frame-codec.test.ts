// Framing, read back by the ws library's client over a real socket.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
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

test('a client reads frames of every length and script, alone and glued together', async () => {
  const texts = [
    ...lengths.map((length) => 'x'.repeat(length)),
    'Привет 👋',
    '\u2028é'.repeat(50),
    '漢'.repeat(30_000),
  ]
  const webSockets = new WebSocketServer({ noServer: true })
  const server = createServer()
  server.on('upgrade', (request, socket, head) => {
    webSockets.handleUpgrade(request, socket, head, () => {
      for (const text of texts) socket.write(encodeFrame(text))
      socket.write(Buffer.concat(texts.map(encodeFrame)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
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
  await new Promise((resolve) => server.close(resolve))
})
