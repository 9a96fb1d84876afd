// W5: what becomes of a client that does not read what it is told, on the real server and a real connection.
import { Parley } from '@parley/client'
import { limits } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket as NodeSocket } from 'ws'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { arrive, sentMessages } from './person.ts'
import { until } from './until.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ metrics: { host: '127.0.0.1', port: 0 } })
})
afterAll(() => server.stop())

/** As long as a text may be; in UTF-8 twice that. */
const longText = 'ш'.repeat(limits.messageTextMax)
/** More than the buffers of both kernels and the server's own bound take together. */
const most = 2_000

/** The sockets of one client, which can be made to read nothing. */
class Line {
  readonly closeCodes: number[] = []
  readonly #sockets: NodeSocket[] = []
  readonly webSocket: typeof WebSocket

  constructor() {
    const { closeCodes } = this
    const sockets = this.#sockets
    this.webSocket = class extends NodeSocket {
      constructor(url: string | URL) {
        super(url)
        sockets.push(this)
        this.on('close', (code) => closeCodes.push(code))
      }
    } as unknown as typeof WebSocket
  }

  stopReading(): void {
    this.#sockets.at(-1)?.pause()
  }

  readOn(): void {
    this.#sockets.at(-1)?.resume()
  }
}

/** How many sockets the server has ended because they did not read. */
async function slowConsumers(): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${server.app.metricsPort}/metrics`)).text()
  return Number(/^parley_slow_consumers_total (\d+)$/m.exec(text)?.[1])
}

test('W5: a socket that does not read is closed with 4503, and the client comes back and has everything', async () => {
  const writer = await arrive(server.url, 'writer')
  const line = new Line()
  const reader = await Parley.register(
    { url: server.url, webSocket: line.webSocket },
    { username: 'reader', password: 'correct horse battery' },
  )
  const group = await writer.client.chats.createGroup({ title: 'Busy', memberIds: [reader.me?.id ?? ''] })
  await until('the group is known', () => reader.replica.chat(group.id) !== undefined)
  await reader.chats.handle(group.id).loadLatest()

  line.stopReading()
  let sent = 0
  while ((await slowConsumers()) === 0 && sent < most) {
    await Promise.all(Array.from({ length: 25 }, () => group.send(longText)))
    sent += 25
  }
  expect(await slowConsumers()).toBe(1)
  line.readOn()
  await until('the reader was closed', () => line.closeCodes.length === 1)
  expect(line.closeCodes).toEqual([4503])

  const last = await group.send('the last one')
  await until('the reader is back', () => reader.replica.chat(group.id)?.last_seq === last.seq)
  await reader.chats.handle(group.id).loadLatest()
  expect(sentMessages(reader.replica.timeline(group.id)).at(-1)).toMatchObject({ id: last.id })
  expect(reader.connectionState().status).toBe('ready')
  expect(reader.replica.chat(group.id)).toMatchObject({ unread_count: last.seq })
  await Promise.all([reader.close(), writer.client.close()])
})
