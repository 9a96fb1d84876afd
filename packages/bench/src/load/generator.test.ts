import { describe, expect, test } from 'vitest'
import { type Fate, startFakeServer } from '../../test/fake-server.ts'
import { createGenerator } from './generator.ts'
import { startLoadProcess } from './load-process.ts'
import type { LoadPlan, Phase } from './plan.ts'

const chatIds = ['0199aaaa-0000-7000-8000-000000000001', '0199aaaa-0000-7000-8000-000000000002']

const planFor = (port: number): LoadPlan => ({
  codec: 'parley',
  host: '127.0.0.1',
  port,
  sockets: Array.from({ length: 4 }, () => ({ token: 'a-token' })),
  chats: chatIds.map((id) => ({ id, sockets: [0, 1, 2, 3] })),
  senders: [
    { socket: 0, chat: 0 },
    { socket: 1, chat: 1 },
    { socket: 2, chat: 0 },
  ],
  textBytes: 100,
  processes: { server: null, database: null },
})

const timing = { warmUpMs: 20, measureMs: 200, drainMs: 300 }
const closed: Phase = { mode: 'closed', senders: 3, until: 'delivered', ...timing }
const open: Phase = { mode: 'open', messagesPerSecond: 500, ...timing }

async function runAgainst(
  fate: (socket: number, seq: number) => Fate,
  phases: readonly Phase[],
  firstSeq = 1,
) {
  const server = await startFakeServer(chatIds, fate, firstSeq)
  try {
    const generator = await createGenerator(planFor(server.port))
    try {
      const results = []
      for (const phase of phases) results.push(await generator.run(phase))
      return results
    } finally {
      generator.close()
    }
  } finally {
    await server.close()
  }
}

const spoil =
  (what: Fate) =>
  (socket: number, seq: number): Fate =>
    socket === 2 && seq === 10 ? what : 'deliver'

describe('load generator', () => {
  test('closed loops, by delivery and by acknowledgement, and an open one count what a true server does', async () => {
    const byAck: Phase = { ...closed, until: 'acked' }
    const [first, second, third] = await runAgainst(() => 'deliver', [closed, byAck, open], 41)
    for (const result of [first, second]) {
      expect(result?.messages).toBeGreaterThan(20)
      const perMessage = (result?.deliveries ?? 0) / (result?.messages ?? 1)
      expect(perMessage).toBeGreaterThan(3.5)
      expect(perMessage).toBeLessThan(4.5)
      expect(result?.delivery.p50).toBeGreaterThan(0)
      expect(result?.deliveryBytes).toBeLessThan(result?.bytes ?? 0)
    }
    expect(third?.messages).toBeGreaterThan(60)
    expect(third?.messages).toBeLessThan(140)
    expect(third?.delivery.count).toBeGreaterThan(240)
    expect(third?.lag.count).toBeGreaterThan(60)
  })

  test.each<[Fate, RegExp]>([
    ['drop', /out of order[\s\S]*hole/],
    ['double', /out of order[\s\S]*repeat/],
    ['hold', /out of order[\s\S]*hole/],
    ['refuse', /unavailable/],
    ['close', /closed a socket with 4503 slow/],
  ])('a server that may %s a message is found out', async (what, message) => {
    await expect(runAgainst(spoil(what), [open])).rejects.toThrow(message)
  })

  test('messages that never arrive are found out though no later one shows the hole', async () => {
    const tail = (socket: number, seq: number): Fate => (socket === 2 && seq >= 10 ? 'drop' : 'deliver')
    await expect(runAgainst(tail, [open])).rejects.toThrow(/Lost: 0 acknowledgements and \d+ deliveries/)
  })

  test('a closed loop that never completes is reported, not waited for', async () => {
    await expect(runAgainst(spoil('double'), [closed])).rejects.toThrow(/out of order/)
  })

  test('works the same in a process of its own', async () => {
    const server = await startFakeServer(chatIds)
    const load = await startLoadProcess(planFor(server.port))
    try {
      const result = await load.run(closed)
      expect(result.messages).toBeGreaterThan(20)
      expect(result.generatorCpu).toBeGreaterThan(0)
      expect(result.serverCpu).toBeNull()
    } finally {
      await load.stop()
      await server.close()
    }
  })

  test('a server that is not there is reported through the process', async () => {
    const server = await startFakeServer(chatIds)
    await server.close()
    await expect(startLoadProcess(planFor(server.port))).rejects.toThrow(/connection failed/)
  })
})
