// What gathering adds to writing: one write for a turn or a beat, shared by the sockets that get the same; and which chats are paced.
// What it promises like any other way of writing is in writes.test.ts.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { encodeFrame } from './frame-codec.ts'
import { defaultPace, type PaceRules } from './gathered-writes.ts'
import { FakeSocket, turn } from './test/fakes.ts'
import { smallBounds as bounds, gatheredWith, startWriters } from './test/writers.ts'

const interval = 25

function start(count: number, room?: number) {
  const all = startWriters(gatheredWith({ ...defaultPace, interval }), count, room)
  /** One event of a busy chat that everybody follows. */
  const publish = (text: string): void => {
    const frame = encodeFrame(text)
    for (const writer of all.writers) writer.enqueue(frame, 'paced')
  }
  return { ...all, publish }
}

const frame = (size: number, letter: string) => encodeFrame(letter.repeat(size))

describe('W4: what one turn gathers', () => {
  test('leaves in one write, in order, when the turn is over', async () => {
    const { writer, socket } = start(1)
    for (const letter of ['a', 'b', 'c']) writer.enqueue(frame(3, letter))
    expect(socket.writes).toHaveLength(0)
    await turn()
    expect(socket.writes).toHaveLength(1)
    expect(socket.texts()).toEqual(['aaa', 'bbb', 'ccc'])
  })

  test('is a new write in the next turn', async () => {
    const { writer, socket } = start(1)
    writer.enqueue(frame(1, 'a'))
    await turn()
    writer.enqueue(frame(1, 'b'))
    await turn()
    expect(socket.writes).toHaveLength(2)
  })

  test('one concatenation serves all sockets that gathered the same frames', async () => {
    const { writers, sockets } = start(50)
    for (const letter of ['a', 'b', 'c']) {
      const shared = frame(4, letter)
      for (const writer of writers) writer.enqueue(shared)
    }
    await turn()
    const [written] = sockets[0]?.writes ?? []
    for (const socket of sockets) expect(socket.writes).toEqual([written])
    expect(new Set(sockets.map((socket) => socket.writes[0])).size).toBe(1)
  })

  test('sockets of several rooms share with exactly those who gathered the same', async () => {
    const { writers, sockets } = start(6)
    const [roomA, roomB] = [frame(3, 'a'), frame(3, 'b')]
    for (const index of [0, 1, 2, 3]) writers[index]?.enqueue(roomA)
    for (const index of [2, 3, 4, 5]) writers[index]?.enqueue(roomB)
    for (const writer of writers) writer.enqueue(frame(1, 'z'))
    await turn()
    expect(sockets.map((socket) => socket.texts().join(' '))).toEqual([
      'aaa z',
      'aaa z',
      'aaa bbb z',
      'aaa bbb z',
      'bbb z',
      'bbb z',
    ])
  })

  test('is forgotten when the socket is dropped', async () => {
    const { writer, socket } = start(1)
    writer.enqueue(frame(1, 'a'))
    writer.drop()
    await turn()
    expect(socket.writes).toEqual([])
  })

  test('does not mix with what another turn gathered, though the frame is the same', async () => {
    const { writer, socket } = start(1)
    const [a, b] = [frame(1, 'a'), frame(1, 'b')]
    for (const shared of [a, b]) writer.enqueue(shared)
    await turn()
    writer.enqueue(a)
    await turn()
    expect(socket.texts()).toEqual(['a', 'b', 'a'])
  })
})

/** Lets time pass, and the turn of the event loop in which it has passed end. */
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const beatAfterBeat = (socket: FakeSocket) =>
  socket.writes.map((_, index) => {
    const one = new FakeSocket()
    one.writes.push(...socket.writes.slice(index, index + 1))
    return one.texts().join(' ')
  })

const useClock = (): void => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate'] }))
  afterEach(() => void vi.useRealTimers())
}

describe('paced frames', () => {
  useClock()

  test('the first leaves at once, those after it together at the next beat', async () => {
    const { publish, socket } = start(1)
    publish('a')
    await pass(0)
    expect(socket.texts()).toEqual(['a'])
    await pass(5)
    publish('b')
    await pass(5)
    publish('c')
    await pass(5)
    expect(socket.texts()).toEqual(['a'])
    await pass(interval - 15)
    expect(beatAfterBeat(socket)).toEqual(['a', 'b c'])
  })

  test('a socket is written to once in each beat, and none waits longer than one', async () => {
    const { publish, socket } = start(1)
    for (let ms = 0; ms < 1_000; ms += 5) {
      publish(String(ms))
      await pass(5)
      const lastSeen = Number(socket.texts().at(-1))
      expect(ms - lastSeen).toBeLessThanOrEqual(interval)
    }
    await pass(interval)
    expect(socket.texts()).toHaveLength(200)
    expect(socket.writes.length).toBeLessThanOrEqual(1_000 / interval + 2)
  })

  test('after a beat without any the next leaves at once, and no timer is left', async () => {
    const { publish, socket } = start(1)
    publish('a')
    await pass(2 * interval)
    expect(vi.getTimerCount()).toBe(0)
    publish('b')
    await pass(0)
    expect(beatAfterBeat(socket)).toEqual(['a', 'b'])
  })

  test('a write long before the room became busy does not hold the first one', async () => {
    const { publish, socket, writer } = start(1)
    writer.enqueue(encodeFrame('answer'))
    await pass(0)
    publish('a')
    await pass(0)
    expect(socket.texts()).toEqual(['answer', 'a'])
  })

  test('one concatenation serves all sockets of the room', async () => {
    const { publish, sockets } = start(20)
    for (const text of ['a', 'b', 'c', 'd']) {
      publish(text)
      await pass(1)
    }
    await pass(interval)
    const [, together] = sockets[0]?.writes ?? []
    for (const socket of sockets) expect(socket.writes[1]).toBe(together)
    expect(beatAfterBeat(sockets[0] ?? new FakeSocket())).toEqual(['a', 'b c d'])
  })
})

describe('a frame that is not paced', () => {
  useClock()

  test('leaves at once behind everything that was held', async () => {
    const { publish, socket, writer } = start(1)
    publish('a')
    await pass(1)
    publish('b')
    writer.enqueue(encodeFrame('answer'))
    publish('c')
    await pass(0)
    expect(beatAfterBeat(socket)).toEqual(['a', 'b answer c'])
    publish('d')
    await pass(interval)
    expect(beatAfterBeat(socket)).toEqual(['a', 'b answer c', 'd'])
  })

  test('changes nothing for the others of the room', async () => {
    const { publish, sockets, writers } = start(3)
    publish('a')
    await pass(1)
    publish('b')
    writers[1]?.enqueue(encodeFrame('answer'))
    await pass(1)
    publish('c')
    await pass(interval)
    expect(sockets.map(beatAfterBeat)).toEqual([
      ['a', 'b c'],
      ['a', 'b answer', 'c'],
      ['a', 'b c'],
    ])
  })
})

describe('I8: the bounds hold for paced frames', () => {
  useClock()

  test('more than may gather is written before the beat', async () => {
    const { publish, socket } = start(1)
    publish('a')
    await pass(0)
    for (let count = 0; count < 5; count += 1) publish('x'.repeat(100))
    expect(socket.writes).toHaveLength(2)
    await pass(interval)
    expect(socket.texts()).toHaveLength(6)
  })

  test('a socket that does not read is reported once it holds more than its share', async () => {
    const { publish, overflown } = start(1, 0)
    for (let count = 0; count < 12; count += 1) {
      publish('x'.repeat(98))
      await pass(interval / 2)
    }
    expect(overflown).toEqual([0])
  })

  test('beyond the bound of all sockets together some are shed', async () => {
    const { publish, overflown, sockets } = start(10, 0)
    for (let count = 0; count < 6; count += 1) {
      publish('x'.repeat(98))
      await pass(interval / 2)
    }
    await pass(interval)
    const held = sockets.reduce(
      (sum, socket, index) => sum + (overflown.includes(index) ? 0 : socket.writableLength),
      0,
    )
    expect(overflown.length).toBeGreaterThan(0)
    expect(held).toBeLessThanOrEqual(bounds.totalBytes)
  })

  test('what was held leaves before the end, or is forgotten with the socket', async () => {
    const { publish, sockets, writers } = start(2)
    publish('a')
    await pass(0)
    publish('b')
    writers[0]?.finish()
    writers[1]?.drop()
    await pass(interval)
    expect(sockets.map((socket) => socket.texts())).toEqual([['a', 'b'], ['a']])
  })
})

const rules: PaceRules = { interval: 25, followers: 3, perSecond: 50 }
const followers = (count: number) => new Set(Array.from({ length: count }, () => ({})))

/** `run` counts events at an even rate and gives how many of them were paced. */
function startPace(given: PaceRules = rules) {
  let now = 1_000
  const writes = gatheredWith(given, () => now)
  const run = (chat: ReadonlySet<object>, events: number, perSecond: number): number => {
    let paced = 0
    for (let count = 0; count < events; count += 1) {
      now += 1_000 / perSecond
      if (writes.timingFor(chat) === 'paced') paced += 1
    }
    return paced
  }
  return { run }
}

describe('which chats are paced', () => {
  test('a small chat is never paced, however busy it is', () => {
    const { run } = startPace()
    expect(run(followers(2), 1_000, 10_000)).toBe(0)
  })

  test('a large chat is never paced while its events come slowly', () => {
    const { run } = startPace()
    expect(run(followers(1_000), 1_000, 49)).toBe(0)
  })

  test('nothing is paced when the interval is 0', () => {
    const { run } = startPace({ ...rules, interval: 0 })
    expect(run(followers(1_000), 1_000, 10_000)).toBe(0)
  })

  test('a large chat is paced soon after it became busy, and no longer soon after it became quiet', () => {
    const { run } = startPace()
    const chat = followers(3)
    expect(run(chat, 30, 100)).toBeGreaterThan(5)
    expect(run(chat, 100, 100)).toBe(100)
    expect(run(chat, 30, 20)).toBeLessThan(15)
    expect(run(chat, 100, 20)).toBe(0)
  })

  test('a burst in a quiet chat leaves at once', () => {
    const { run } = startPace()
    const chat = followers(3)
    expect(run(chat, 10, 1_000_000)).toBe(0)
    run(chat, 1, 1)
    expect(run(chat, 8, 1_000_000)).toBe(0)
  })

  test('each chat has a rate of its own', () => {
    const { run } = startPace()
    const [busy, quiet] = [followers(3), followers(3)]
    expect(run(busy, 100, 1_000)).toBeGreaterThan(80)
    expect(run(quiet, 10, 1_000)).toBe(0)
  })
})
