import { describe, expect, test } from 'vitest'
import { startFakeServer } from '../../test/fake-server.ts'
import { DayPerson } from '../day/person.ts'
import { createMicrosClock } from '../load/clock.ts'
import { stampedText } from '../load/stamped-text.ts'
import { Crowd } from './crowd.ts'

const chatId = '0199aaaa-0000-7000-8000-000000000001'

async function withCrowd(play: (crowd: Crowd, send: () => Promise<void>) => Promise<void>): Promise<void> {
  const server = await startFakeServer([chatId])
  const { port } = server
  const sender = new DayPerson({
    host: '127.0.0.1',
    port,
    token: 'a-token',
    clock: createMicrosClock(),
    readBuffer: Buffer.alloc(4096),
    onDelivery() {},
    onFault() {},
  })
  try {
    await sender.connect()
    const crowd = new Crowd({ host: '127.0.0.1', port, tokens: ['one', 'two', 'three'] })
    await crowd.connect()
    await play(crowd, () => sender.send(chatId, stampedText(0, 60)))
  } finally {
    await server.close()
  }
}

describe('a crowd', () => {
  test('all come back from a cut, one after the other on one clock', () =>
    withCrowd(async (crowd) => {
      for (let round = 0; round < 2; round++) {
        const back = await crowd.cut()
        expect(back.readyAt).toHaveLength(3)
        expect(back.readyAt[0]).toBeGreaterThan(back.firstLostAt)
        expect(back).toMatchObject({ refused: 0, failures: [], incomplete: 0, missed: 0 })
      }
    }))

  test('a server that does not tell what was missed is found out', () =>
    withCrowd(async (crowd, send) => {
      await send()
      expect(await crowd.cut()).toMatchObject({ incomplete: 3, missed: 0 })
    }))
})
