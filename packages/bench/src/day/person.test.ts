import { describe, expect, test } from 'vitest'
import { type Fate, startFakeServer } from '../../test/fake-server.ts'
import { createMicrosClock } from '../load/clock.ts'
import { stampedText } from '../load/stamped-text.ts'
import { DayPerson, Refusal } from './person.ts'

const chatId = '0199aaaa-0000-7000-8000-000000000001'
const text = stampedText(0, 60)

interface Stage {
  readonly people: readonly DayPerson[]
  readonly deliveries: () => number
  /** Resolves with the first fault of anybody. */
  readonly fault: Promise<string>
}

async function onStage(fate: (socket: number, seq: number) => Fate, play: (stage: Stage) => Promise<void>) {
  const server = await startFakeServer([chatId], fate)
  const fault = Promise.withResolvers<string>()
  let deliveries = 0
  const people = [0, 1].map(
    () =>
      new DayPerson({
        host: '127.0.0.1',
        port: server.port,
        token: 'a-token',
        clock: createMicrosClock(),
        readBuffer: Buffer.alloc(4096),
        onDelivery: () => {
          deliveries += 1
        },
        onFault: fault.resolve,
      }),
  )
  try {
    for (const person of people) await person.connect()
    await play({ people, deliveries: () => deliveries, fault: fault.promise })
  } finally {
    await server.close()
  }
}

describe('a person of the day', () => {
  test('a send is answered and comes to everybody', () =>
    onStage(
      () => 'deliver',
      async ({ people: [one, other], deliveries }) => {
        await one?.send(chatId, text)
        await one?.send(chatId, text)
        await expect.poll(deliveries).toBe(4)
        expect(other?.lastSeq(chatId)).toBe(2)
      },
    ))

  test('a message that is skipped is a fault', () =>
    onStage(
      (socket, seq) => (socket === 1 && seq === 2 ? 'drop' : 'deliver'),
      async ({ people: [one], fault }) => {
        for (let message = 0; message < 3; message++) await one?.send(chatId, text)
        expect(await fault).toBe('Message 3 came after 1')
      },
    ))

  test('what the server refuses is a refusal with its code', () =>
    onStage(
      () => 'refuse',
      async ({ people: [one] }) => {
        const refusal = await one?.send(chatId, text).catch((error: unknown) => error)
        expect(refusal).toBeInstanceOf(Refusal)
        expect(refusal).toMatchObject({ code: 'unavailable' })
      },
    ))

  test('a return without the messages that were missed is refused', () =>
    onStage(
      (socket) => (socket === 1 ? 'drop' : 'deliver'),
      async ({ people: [one, other] }) => {
        await one?.send(chatId, text)
        await expect(other?.reconnect()).rejects.toThrow('0 messages came of those between 0 and 1')
        expect(other?.isLive()).toBe(false)
      },
    ))
})
