// Gathering, sharing and bounds of what waits for a socket.
import { describe, expect, test } from 'vitest'
import { FlushScheduler, type WriteBounds } from './flush-scheduler.ts'
import { encodeFrame } from './frame-codec.ts'
import { FakeSocket, turn } from './test/fakes.ts'
import { WriteBuffer } from './write-buffer.ts'

const bounds: WriteBounds = { socketBytes: 1_000, totalBytes: 5_000, eagerBytes: 400 }
const frame = (size: number, letter = 'x') => encodeFrame(letter.repeat(size))

function start(count: number, options: { room?: number; bounds?: WriteBounds } = {}) {
  const scheduler = new FlushScheduler(options.bounds ?? bounds)
  const overflown: number[] = []
  const sockets = Array.from({ length: count }, () => new FakeSocket(options.room))
  const buffers = sockets.map(
    (socket, index): WriteBuffer =>
      new WriteBuffer(socket, scheduler, () => {
        overflown.push(index)
        buffers[index]?.drop()
      }),
  )
  return { scheduler, sockets, buffers, overflown, ...first(sockets, buffers) }
}

function first(sockets: FakeSocket[], buffers: WriteBuffer[]) {
  const [socket] = sockets
  const [buffer] = buffers
  if (socket === undefined || buffer === undefined) throw new Error('at least one socket')
  return { socket, buffer }
}

describe('W4: what one turn gathers', () => {
  test('leaves in one write, in order, when the turn is over', async () => {
    const { buffer, socket } = start(1)
    for (const letter of ['a', 'b', 'c']) buffer.enqueue(frame(3, letter))
    expect(socket.writes).toHaveLength(0)
    await turn()
    expect(socket.writes).toHaveLength(1)
    expect(socket.texts()).toEqual(['aaa', 'bbb', 'ccc'])
  })

  test('is a new write in the next turn', async () => {
    const { buffer, socket } = start(1)
    buffer.enqueue(frame(1, 'a'))
    await turn()
    buffer.enqueue(frame(1, 'b'))
    await turn()
    expect(socket.writes).toHaveLength(2)
  })

  test('a single frame is written as it is, without a copy', async () => {
    const { buffers, sockets } = start(3)
    const shared = frame(5)
    for (const buffer of buffers) buffer.enqueue(shared)
    await turn()
    for (const socket of sockets) expect(socket.writes[0]).toBe(shared)
  })

  test('one concatenation serves all sockets that gathered the same frames', async () => {
    const { buffers, sockets } = start(50)
    for (const letter of ['a', 'b', 'c']) {
      const shared = frame(4, letter)
      for (const buffer of buffers) buffer.enqueue(shared)
    }
    await turn()
    const [written] = sockets[0]?.writes ?? []
    for (const socket of sockets) expect(socket.writes).toEqual([written])
    expect(new Set(sockets.map((socket) => socket.writes[0])).size).toBe(1)
  })

  test('sockets of several rooms share with exactly those who gathered the same', async () => {
    const { buffers, sockets } = start(6)
    const [roomA, roomB] = [frame(3, 'a'), frame(3, 'b')]
    for (const index of [0, 1, 2, 3]) buffers[index]?.enqueue(roomA)
    for (const index of [2, 3, 4, 5]) buffers[index]?.enqueue(roomB)
    for (const buffer of buffers) buffer.enqueue(frame(1, 'z'))
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

  test('does not mix with what another turn gathered, though the frame is the same', async () => {
    const { buffer, socket } = start(1)
    const [a, b] = [frame(1, 'a'), frame(1, 'b')]
    for (const shared of [a, b]) buffer.enqueue(shared)
    await turn()
    buffer.enqueue(a)
    await turn()
    expect(socket.texts()).toEqual(['a', 'b', 'a'])
  })
})

describe('I8: what a socket may leave untaken is bounded', () => {
  test('a socket that does not read is reported once it holds more than its share', async () => {
    const { buffer, overflown } = start(1, { room: 0 })
    for (let sent = 0; sent < 1_000; sent += 100) {
      buffer.enqueue(frame(98))
      await turn()
    }
    expect(overflown).toEqual([])
    buffer.enqueue(frame(98))
    await turn()
    expect(overflown).toEqual([0])
  })

  test('a burst within one turn does not end a socket that takes its bytes', () => {
    const { buffer, overflown, socket } = start(1)
    for (let count = 0; count < 100; count += 1) buffer.enqueue(frame(100))
    expect(overflown).toEqual([])
    expect(socket.writes.length).toBeGreaterThan(10)
  })

  test('a burst within one turn ends a socket that does not, long before the burst is over', () => {
    const { buffer, overflown, socket } = start(1, { room: 0 })
    for (let count = 0; count < 1_000; count += 1) buffer.enqueue(frame(100))
    expect(overflown).toEqual([0])
    expect(socket.writableLength).toBeLessThan(bounds.socketBytes + bounds.eagerBytes + 200)
  })

  test('the first frame may be larger than the share, until the socket has caught up', async () => {
    const { buffer, overflown, socket } = start(1, { room: 0 })
    buffer.enqueueFirst(frame(3_000))
    buffer.enqueue(frame(900))
    await turn()
    expect(overflown).toEqual([])
    socket.drain()
    buffer.enqueue(frame(10))
    await turn()
    socket.writableLength = 1_001
    buffer.enqueue(frame(10))
    await turn()
    expect(overflown).toEqual([0])
  })

  test('beyond the bound of all sockets together the fattest are shed, and no more of them than needed', async () => {
    const { buffers, overflown } = start(10, { room: 0 })
    for (const [index, buffer] of buffers.entries()) buffer.enqueue(frame(index < 2 ? 900 : 300))
    await turn()
    expect(overflown).toEqual([])
    for (const buffer of buffers.slice(2)) buffer.enqueue(frame(300))
    await turn()
    expect(overflown.slice(0, 2)).toEqual([0, 1])
    expect(overflown.length).toBeLessThan(5)
  })

  test('sockets that caught up since they were written to are not counted when it comes to shedding', async () => {
    const { buffers, sockets, overflown } = start(6, { room: 0 })
    for (const buffer of buffers) buffer.enqueue(frame(800))
    await turn()
    for (const socket of sockets.slice(1)) socket.drain()
    buffers[0]?.enqueue(frame(100))
    await turn()
    expect(overflown).toEqual([])
  })
})

describe('the end', () => {
  test('finish writes what was gathered, then nothing', async () => {
    const { buffer, socket } = start(1)
    buffer.enqueue(frame(1, 'a'))
    buffer.finish()
    buffer.enqueue(frame(1, 'b'))
    await turn()
    expect(socket.texts()).toEqual(['a'])
  })

  test('drop forgets what was gathered', async () => {
    const { buffer, socket } = start(1)
    buffer.enqueue(frame(1, 'a'))
    buffer.drop()
    await turn()
    expect(socket.writes).toEqual([])
  })

  test('nothing is written to a socket that cannot be written to', async () => {
    const { buffer, socket } = start(1)
    buffer.enqueue(frame(1))
    socket.writable = false
    await turn()
    expect(socket.writes).toEqual([])
  })
})
