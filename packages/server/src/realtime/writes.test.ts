// What every way of writing promises: the same bytes in the same order, and bounds. Each test runs both ways.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeFrame } from './frame-codec.ts'
import { turn } from './test/fakes.ts'
import { implementations, smallBounds, startWriters } from './test/writers.ts'

const frame = (size: number, letter = 'x') => encodeFrame(letter.repeat(size))

describe.each(['direct', 'gathered'] as const)('%s writes', (way) => {
  const start = (count: number, room?: number) => startWriters(implementations[way](smallBounds), count, room)

  test('frames leave in the order in which they were enqueued', async () => {
    const { writer, socket } = start(1)
    for (const letter of ['a', 'b']) writer.enqueue(frame(3, letter))
    await turn()
    writer.enqueue(frame(1, 'c'))
    await turn()
    expect(socket.texts()).toEqual(['aaa', 'bbb', 'c'])
  })

  test('a single frame is written as it is, without a copy', async () => {
    const { writers, sockets } = start(3)
    const shared = frame(5)
    for (const writer of writers) writer.enqueue(shared)
    await turn()
    for (const socket of sockets) expect(socket.writes[0]).toBe(shared)
  })

  describe('I8: what a socket may leave untaken is bounded', () => {
    test('a socket that does not read is reported once it holds more than its share', async () => {
      const { writer, overflown } = start(1, 0)
      for (let sent = 0; sent < 1_000; sent += 100) {
        writer.enqueue(frame(98))
        await turn()
      }
      expect(overflown).toEqual([])
      writer.enqueue(frame(98))
      await turn()
      expect(overflown).toEqual([0])
    })

    test('a burst within one turn does not end a socket that takes its bytes', () => {
      const { writer, overflown, socket } = start(1)
      for (let count = 0; count < 100; count += 1) writer.enqueue(frame(100))
      expect(overflown).toEqual([])
      expect(socket.writes.length).toBeGreaterThan(10)
    })

    test('a burst within one turn ends a socket that does not, long before the burst is over', () => {
      const { writer, overflown, socket } = start(1, 0)
      for (let count = 0; count < 1_000; count += 1) writer.enqueue(frame(100))
      expect(overflown).toEqual([0])
      expect(socket.writableLength).toBeLessThan(smallBounds.socketBytes + smallBounds.eagerBytes + 200)
    })

    test('the first frame may be larger than the share, until the socket has caught up', async () => {
      const { writer, overflown, socket } = start(1, 0)
      writer.enqueueFirst(frame(3_000))
      writer.enqueue(frame(900))
      await turn()
      expect(overflown).toEqual([])
      socket.drain()
      writer.enqueue(frame(10))
      await turn()
      socket.writableLength = 1_001
      writer.enqueue(frame(10))
      await turn()
      expect(overflown).toEqual([0])
    })

    test('beyond the bound of all sockets together the fattest are ended, and no more of them than needed', async () => {
      const { writers, overflown } = start(10, 0)
      for (const [index, writer] of writers.entries()) writer.enqueue(frame(index < 2 ? 900 : 300))
      await turn()
      expect(overflown).toEqual([])
      for (const writer of writers.slice(2)) writer.enqueue(frame(300))
      await turn()
      expect(overflown.slice(0, 2)).toEqual([0, 1])
      expect(overflown.length).toBeLessThan(5)
    })

    test('sockets that caught up since they were written to are not counted when it comes to ending some', async () => {
      const { writers, sockets, overflown } = start(6, 0)
      for (const writer of writers) writer.enqueue(frame(800))
      await turn()
      for (const socket of sockets.slice(1)) socket.drain()
      writers[0]?.enqueue(frame(100))
      await turn()
      expect(overflown).toEqual([])
    })
  })

  describe('the end', () => {
    test('finish writes what was enqueued, then nothing', async () => {
      const { writer, socket } = start(1)
      writer.enqueue(frame(1, 'a'))
      writer.finish()
      writer.enqueue(frame(1, 'b'))
      await turn()
      expect(socket.texts()).toEqual(['a'])
    })

    test('drop takes nothing more', async () => {
      const { writer, socket } = start(1)
      writer.enqueue(frame(1, 'a'))
      await turn()
      writer.drop()
      writer.enqueue(frame(1, 'b'))
      await turn()
      expect(socket.texts()).toEqual(['a'])
    })

    test('nothing is written to a socket that cannot be written to', async () => {
      const { writer, socket } = start(1)
      socket.writable = false
      writer.enqueue(frame(1))
      await turn()
      expect(socket.writes).toEqual([])
    })
  })
})

const socketCount = 4
const socketIndex = fc.nat({ max: socketCount - 1 })

/** What may happen to the sockets. `stall` and `drain` are the peer's doing. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('event' as const),
      to: fc.uniqueArray(socketIndex, { minLength: 1 }),
      length: fc.nat({ max: 150 }),
      timing: fc.constantFrom('at_once' as const, 'paced' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('finish' as const), of: socketIndex }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('turn' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** What each socket got, once everything that was held has left. */
async function received(way: keyof typeof implementations, steps: readonly Step[]): Promise<string[]> {
  const { writers, sockets } = startWriters(implementations[way](smallBounds), socketCount)
  for (const [number, one] of steps.entries()) {
    switch (one.kind) {
      case 'event': {
        const shared = encodeFrame(`${number} ${'x'.repeat(one.length)}`)
        for (const index of one.to) writers[index]?.enqueue(shared, one.timing)
        break
      }
      case 'finish':
        writers[one.of]?.finish()
        break
      case 'turn':
        await turn()
        break
    }
  }
  for (const writer of writers) writer.finish()
  return sockets.map((socket) => Buffer.concat(socket.writes).toString('latin1'))
}

test('both ways bring the same bytes to every socket, and gathering never takes more writes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const direct = await received('direct', steps)
      expect(await received('gathered', steps)).toEqual(direct)
    }),
  )
})

test.each(['direct', 'gathered'] as const)(
  'I8: %s writes leave no socket that does not read with more than its share and what is gathered',
  async (way) => {
    const most = smallBounds.socketBytes + smallBounds.eagerBytes + 200
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ to: socketIndex, length: fc.nat({ max: 150 }), turns: fc.boolean() }), {
          maxLength: 100,
        }),
        async (frames) => {
          const { writers, sockets, overflown } = startWriters(
            implementations[way](smallBounds),
            socketCount,
            0,
          )
          for (const { to, length, turns } of frames) {
            writers[to]?.enqueue(frame(length))
            if (turns) await turn()
          }
          await turn()
          for (const [index, socket] of sockets.entries()) {
            if (socket.writableLength > smallBounds.socketBytes) expect(overflown).toContain(index)
            expect(socket.writableLength).toBeLessThanOrEqual(most)
          }
        },
      ),
    )
  },
)
