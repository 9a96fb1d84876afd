// What every bus must do, run on each implementation. News may arrive later than `publish` returns, so every test waits for it.
import type { Id } from '@parley/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import type { Bus, Envelope } from '../../src/core/events.ts'

const chatA: Id = '00000000-0000-7000-8000-00000000000a'
const chatB: Id = '00000000-0000-7000-8000-00000000000b'
const userA: Id = '00000000-0000-7000-8000-0000000000aa'
const userB: Id = '00000000-0000-7000-8000-0000000000bb'

/** News that is told apart by its number. */
const typing = (chatId: Id, number: number): Envelope => ({
  audience: { kind: 'chat', chat_id: chatId },
  event: { type: 'typing', chat_id: chatId, user_id: numbered(number) },
})
const numbered = (number: number): Id => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`
const numberOf = ({ event }: Envelope): number =>
  event.type === 'typing' ? Number(event.user_id.slice(-12)) : -1

/** Everything that a handler was called with. */
function record(bus: Bus) {
  const calls: (readonly Envelope[])[] = []
  const end = bus.subscribe((envelopes) => void calls.push([...envelopes]))
  return { calls, numbers: () => calls.flat().map(numberOf), end }
}

/** `makeBus` gives a fresh bus that shares no subject with any other; the suite closes it. */
export function busContract(name: string, makeBus: () => Promise<Bus>): void {
  describe(`the bus contract, ${name}`, () => {
    const open: Bus[] = []
    const start = async (): Promise<Bus> => {
      const bus = await makeBus()
      open.push(bus)
      await bus.setInterest(`chat.${chatA}`, true)
      return bus
    }
    afterEach(async () => {
      await Promise.all(open.splice(0).map((bus) => bus.close()))
    })

    test('news of a subject that this node wants reaches every handler, also from this node itself', async () => {
      const bus = await start()
      const [one, two] = [record(bus), record(bus)]
      bus.publish([typing(chatA, 1)])
      await expect.poll(() => [one.numbers(), two.numbers()]).toEqual([[1], [1]])
      expect(one.calls[0]).toEqual([typing(chatA, 1)])
    })

    test('envelopes of one call arrive together and in order', async () => {
      const bus = await start()
      const seen = record(bus)
      bus.publish([1, 2, 3].map((number) => typing(chatA, number)))
      await expect.poll(() => seen.calls).toHaveLength(1)
      expect(seen.numbers()).toEqual([1, 2, 3])
    })

    test('calls arrive in the order in which they were made', async () => {
      const bus = await start()
      const seen = record(bus)
      const numbers = Array.from({ length: 100 }, (_, index) => index + 1)
      for (const number of numbers) bus.publish([typing(chatA, number)])
      await expect.poll(() => seen.calls).toHaveLength(100)
      expect(seen.numbers()).toEqual(numbers)
    })

    test('what a handler publishes comes after what it was told, for every handler', async () => {
      const bus = await start()
      const end = bus.subscribe((envelopes) => {
        if (envelopes.some((envelope) => numberOf(envelope) === 1)) bus.publish([typing(chatA, 2)])
      })
      const seen = record(bus)
      bus.publish([typing(chatA, 1)])
      await expect.poll(() => seen.numbers()).toEqual([1, 2])
      end()
    })

    test('news for several people comes once', async () => {
      const bus = await start()
      await Promise.all([userA, userB].map((id) => bus.setInterest(`user.${id}`, true)))
      const seen = record(bus)
      bus.publish([
        {
          audience: { kind: 'users', user_ids: [userA, userB] },
          event: { type: 'fully_read', chat_id: chatA, seq: 1 },
        },
      ])
      bus.publish([typing(chatA, 1)])
      await expect.poll(() => seen.calls.length).toBeGreaterThanOrEqual(2)
      expect(seen.calls.flat().map(({ event }) => event.type)).toEqual(['fully_read', 'typing'])
    })

    test('people who are brought into a chat are told, though nobody here followed it', async () => {
      const bus = await start()
      await bus.setInterest(`user.${userA}`, true)
      const seen = record(bus)
      const attaching: Envelope = { ...typing(chatB, 1), attach: [userA, userB], detach: [] }
      bus.publish([attaching])
      await expect.poll(() => seen.calls).toEqual([[attaching]])
    })

    test('interest that was given up and taken again at once still brings news', async () => {
      const bus = await start()
      const seen = record(bus)
      const given = bus.setInterest(`chat.${chatA}`, false)
      const taken = bus.setInterest(`chat.${chatA}`, true)
      await Promise.all([given, taken])
      bus.publish([typing(chatA, 1)])
      await expect.poll(() => seen.numbers()).toEqual([1])
    })

    test('a handler that throws keeps nothing from the others nor from the publisher', async () => {
      const bus = await start()
      const end = bus.subscribe(() => {
        throw new Error('a handler with a fault')
      })
      const seen = record(bus)
      expect(() => bus.publish([typing(chatA, 1)])).not.toThrow()
      bus.publish([typing(chatA, 2)])
      await expect.poll(() => seen.numbers()).toEqual([1, 2])
      end()
    })

    test('an ended subscription hears nothing more', async () => {
      const bus = await start()
      const [ended, other] = [record(bus), record(bus)]
      ended.end()
      bus.publish([typing(chatA, 1)])
      await expect.poll(() => other.numbers()).toEqual([1])
      expect(ended.calls).toEqual([])
    })

    test('a closed bus takes news without a word and tells nobody', async () => {
      const bus = await start()
      const seen = record(bus)
      await bus.close()
      expect(() => bus.publish([typing(chatA, 1)])).not.toThrow()
      expect(seen.calls).toEqual([])
    })
  })
}
