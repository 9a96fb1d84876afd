// What a handshake may offer or leave unclear, over raw connections where a client library would not send it.
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startGateway } from './test/harness.ts'

const start = async () => {
  const gateway = await startGateway()
  onTestFinished(() => gateway.stop())
  return gateway
}

/** The head of the answer to a handshake with these headers. */
async function rawHandshake(port: number, headers: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const lines = [
    ...['GET /api/v1/ws HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    ...['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', ...headers],
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return String(answer)
}

test('W7: no subprotocol is agreed to, since none is spoken', async () => {
  const { port } = await start()
  const answer = await rawHandshake(port, ['Host: x', 'Sec-WebSocket-Protocol: graphql-ws, xmpp'])
  expect(answer).toMatch(/^HTTP\/1\.1 101 /)
  expect(answer.toLowerCase()).not.toContain('sec-websocket-protocol')
})

test('W7: two hosts are a bad request', async () => {
  const { port } = await start()
  expect(await rawHandshake(port, ['Host: x', 'Host: y'])).toMatch(/^HTTP\/1\.1 400 /)
})
