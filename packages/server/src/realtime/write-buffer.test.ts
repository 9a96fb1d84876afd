// Gathering, sharing and bounds of what waits for a socket.
import { describe, expect, test } from 'vitest'
import { FlushScheduler, type OutboxBounds } from './flush-scheduler.ts'
import { encodeFrame } from './frame-codec.ts'
import { Outbox } from './outbox.ts'
import { FakeSocket, turn } from './test/fakes.ts'

const bounds: OutboxBounds = { socketBytes: 1_000, totalBytes: 5_000, eagerBytes: 400 }
const frame = (size: number, letter = 'x') => encodeFrame(letter.repeat(size))

function start(count: number, options: { room?: number; bounds?: OutboxBounds } = {}) {
  const scheduler = new FlushScheduler(options.bounds ?? bounds)
  const overflown: number[] = []
  const sockets = Array.from({ length: count }, () => new FakeSocket(options.room))
  const outboxes = sockets.map(
    (socket, index): Outbox =>
      new Outbox(socket, scheduler, () => {
        overflown.push(index)
        outboxes[index]?.drop()
      }),
  )
  return { scheduler, sockets, outboxes, overflown, ...first(sockets, outboxes) }
}

function first(sockets: FakeSocket[], outboxes: Outbox[]) {
  const [socket] = sockets
  const [outbox] = outboxes
  if (socket === undefined || outbox === undefined) throw new Error('at least one socket')
  return { socket, outbox }
}

describe('what one turn gathers', () => {
  test('leaves in one write, in order, when the turn is over', async () => {
    const { outbox, socket } = start(1)
    for (const letter of ['a', 'b', 'c']) outbox.enqueue(frame(3, letter))
    expect(socket.writes).toHaveLength(0)
    await turn()
    expect(socket.writes).toHaveLength(1)
    expect(socket.texts()).toEqual(['aaa', 'bbb', 'ccc'])
  })

  test('is a new write in the next turn', async () => {
    const { outbox, socket } = start(1)
    outbox.enqueue(frame(1, 'a'))
    await turn()
    outbox.enqueue(frame(1, 'b'))
    await turn()
    expect(socket.writes).toHaveLength(2)
  })

  test('a single frame is written as it is, without a copy', async () => {
    const { outboxes, sockets } = start(3)
    const shared = frame(5)
    for (const outbox of outboxes) outbox.enqueue(shared)
    await turn()
    for (const socket of sockets) expect(socket.writes[0]).toBe(shared)
  })

  test('one concatenation serves all sockets that gathered the same frames', async () => {
    const { outboxes, sockets } = start(50)
    for (const letter of ['a', 'b', 'c']) {
      const shared = frame(4, letter)
      for (const outbox of outboxes) outbox.enqueue(shared)
    }
    await turn()
    const [written] = sockets[0]?.writes ?? []
    for (const socket of sockets) expect(socket.writes).toEqual([written])
    expect(new Set(sockets.map((socket) => socket.writes[0])).size).toBe(1)
  })

  test('sockets of several rooms share with exactly those who gathered the same', async () => {
    const { outboxes, sockets } = start(6)
    const [roomA, roomB] = [frame(3, 'a'), frame(3, 'b')]
    for (const index of [0, 1, 2, 3]) outboxes[index]?.enqueue(roomA)
    for (const index of [2, 3, 4, 5]) outboxes[index]?.enqueue(roomB)
    for (const outbox of outboxes) outbox.enqueue(frame(1, 'z'))
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
    const { outbox, socket } = start(1)
    const [a, b] = [frame(1, 'a'), frame(1, 'b')]
    for (const shared of [a, b]) outbox.enqueue(shared)
    await turn()
    outbox.enqueue(a)
    await turn()
    expect(socket.texts()).toEqual(['a', 'b', 'a'])
  })
})

describe('I8: what a socket may leave untaken is bounded', () => {
  test('a socket that does not read is reported once it holds more than its share', async () => {
    const { outbox, overflown } = start(1, { room: 0 })
    for (let sent = 0; sent < 1_000; sent += 100) {
      outbox.enqueue(frame(98))
      await turn()
    }
    expect(overflown).toEqual([])
    outbox.enqueue(frame(98))
    await turn()
    expect(overflown).toEqual([0])
  })

  test('a burst within one turn does not end a socket that takes its bytes', () => {
    const { outbox, overflown, socket } = start(1)
    for (let count = 0; count < 100; count += 1) outbox.enqueue(frame(100))
    expect(overflown).toEqual([])
    expect(socket.writes.length).toBeGreaterThan(10)
  })

  test('a burst within one turn ends a socket that does not, long before the burst is over', () => {
    const { outbox, overflown, socket } = start(1, { room: 0 })
    for (let count = 0; count < 1_000; count += 1) outbox.enqueue(frame(100))
    expect(overflown).toEqual([0])
    expect(socket.writableLength).toBeLessThan(bounds.socketBytes + bounds.eagerBytes + 200)
  })

  test('the first frame may be larger than the share, until the socket has caught up', async () => {
    const { outbox, overflown, socket } = start(1, { room: 0 })
    outbox.enqueueFirst(frame(3_000))
    outbox.enqueue(frame(900))
    await turn()
    expect(overflown).toEqual([])
    socket.drain()
    outbox.enqueue(frame(10))
    await turn()
    socket.writableLength = 1_001
    outbox.enqueue(frame(10))
    await turn()
    expect(overflown).toEqual([0])
  })

  test('beyond the bound of all sockets together the fattest are shed, and no more of them than needed', async () => {
    const { outboxes, overflown } = start(10, { room: 0 })
    for (const [index, outbox] of outboxes.entries()) outbox.enqueue(frame(index < 2 ? 900 : 300))
    await turn()
    expect(overflown).toEqual([])
    for (const outbox of outboxes.slice(2)) outbox.enqueue(frame(300))
    await turn()
    expect(overflown.slice(0, 2)).toEqual([0, 1])
    expect(overflown.length).toBeLessThan(5)
  })

  test('sockets that caught up since they were written to are not counted when it comes to shedding', async () => {
    const { outboxes, sockets, overflown } = start(6, { room: 0 })
    for (const outbox of outboxes) outbox.enqueue(frame(800))
    await turn()
    for (const socket of sockets.slice(1)) socket.drain()
    outboxes[0]?.enqueue(frame(100))
    await turn()
    expect(overflown).toEqual([])
  })
})

describe('the end', () => {
  test('finish writes what was gathered, then nothing', async () => {
    const { outbox, socket } = start(1)
    outbox.enqueue(frame(1, 'a'))
    outbox.finish()
    outbox.enqueue(frame(1, 'b'))
    await turn()
    expect(socket.texts()).toEqual(['a'])
  })

  test('drop forgets what was gathered', async () => {
    const { outbox, socket } = start(1)
    outbox.enqueue(frame(1, 'a'))
    outbox.drop()
    await turn()
    expect(socket.writes).toEqual([])
  })

  test('nothing is written to a socket that cannot be written to', async () => {
    const { outbox, socket } = start(1)
    outbox.enqueue(frame(1))
    socket.writable = false
    await turn()
    expect(socket.writes).toEqual([])
  })
})
