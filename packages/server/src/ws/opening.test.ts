// When a client sees its socket open.
import { afterEach, expect, test } from 'vitest'
import type { Connection } from '../realtime/connection.ts'
import { canonicalCodec } from '../realtime/frame-codec.ts'
import { deferred } from '../realtime/test/fakes.ts'
import { startGateway } from './test/harness.ts'

let stop: () => Promise<void> = async () => {}
afterEach(() => stop())

test('the handshake of a session that is being let in ends when it was, or when the socket is closed', async () => {
  const letIn = deferred<void>()
  const connections = new Map<string, Connection>()
  const gateway = await startGateway({
    otherProtocols: [
      {
        accepts: (path) => path === '/slow',
        prepare: ({ url = '' }) => ({
          codec: canonicalCodec,
          begin(connection) {
            connections.set(url, connection)
            connection.answer('{"type":"first"}')
            return { opened: letIn.promise, paused: false, receive() {}, receivePing() {}, stop() {} }
          },
        }),
      },
    ],
  })
  stop = gateway.stop
  const { connect } = gateway
  const clients = [connect('/slow?0'), connect('/slow?1')] as const
  const opened: number[] = []
  for (const [index, client] of clients.entries()) void client.opened.then(() => opened.push(index))
  await expect.poll(() => connections.size).toBe(2)
  // A handshake that began later and is over shows that the others are waiting.
  await connect().opened
  expect(opened).toEqual([])
  connections.get('/slow?1')?.end('unauthenticated', 'not you')
  expect(await clients[1].closed).toEqual({ code: 4401, reason: 'not you' })
  expect(opened).toEqual([1])
  letIn.resolve()
  expect(await clients[0].next('first')).toEqual({ type: 'first' })
})
