// When paced frames are written, on a clock that the tests move.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FlushScheduler, type WriteBounds } from './flush-scheduler.ts'
import { encodeFrame } from './frame-codec.ts'
import { FakeSocket } from './test/fakes.ts'
import { WriteBuffer } from './write-buffer.ts'
import { defaultPace, WritePace } from './write-pace.ts'

const bounds: WriteBounds = { socketBytes: 1_000, totalBytes: 5_000, eagerBytes: 400 }
const interval = 25

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate'] }))
afterEach(() => void vi.useRealTimers())

function start(count: number, room?: number) {
  const scheduler = new FlushScheduler(bounds, new WritePace(() => 0, { ...defaultPace, interval }))
  const overflown: number[] = []
  const sockets = Array.from({ length: count }, () => new FakeSocket(room))
  const buffers = sockets.map(
    (socket, index): WriteBuffer =>
      new WriteBuffer(socket, scheduler, () => {
        overflown.push(index)
        buffers[index]?.drop()
      }),
  )
  /** One event of a busy room in which everybody is. */
  const publish = (text: string): void => {
    const frame = encodeFrame(text)
    for (const buffer of buffers) buffer.enqueue(frame, 'paced')
  }
  const [socket = new FakeSocket()] = sockets
  const [buffer = new WriteBuffer(socket, scheduler, () => {})] = buffers
  return { sockets, buffers, overflown, publish, socket, buffer }
}

/** Lets time pass, and the turn of the event loop in which it has passed end. */
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const beatAfterBeat = (socket: FakeSocket) =>
  socket.writes.map((_, index) => {
    const one = new FakeSocket()
    one.writes.push(...socket.writes.slice(index, index + 1))
    return one.texts().join(' ')
  })

describe('paced frames', () => {
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
    const { publish, socket, buffer } = start(1)
    buffer.enqueue(encodeFrame('answer'))
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
  test('leaves at once behind everything that was held', async () => {
    const { publish, socket, buffer } = start(1)
    publish('a')
    await pass(1)
    publish('b')
    buffer.enqueue(encodeFrame('answer'))
    publish('c')
    await pass(0)
    expect(beatAfterBeat(socket)).toEqual(['a', 'b answer c'])
    publish('d')
    await pass(interval)
    expect(beatAfterBeat(socket)).toEqual(['a', 'b answer c', 'd'])
  })

  test('changes nothing for the others of the room', async () => {
    const { publish, sockets, buffers } = start(3)
    publish('a')
    await pass(1)
    publish('b')
    buffers[1]?.enqueue(encodeFrame('answer'))
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
    const { publish, sockets, buffers } = start(2)
    publish('a')
    await pass(0)
    publish('b')
    buffers[0]?.finish()
    buffers[1]?.drop()
    await pass(interval)
    expect(sockets.map((socket) => socket.texts())).toEqual([['a', 'b'], ['a']])
  })
})
