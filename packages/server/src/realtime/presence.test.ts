// I6 honest presence: who is online, who is told, and who may know.

import type { Id } from '@parley/protocol'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Actor } from '../core/actor.ts'
import { Connection, type ConnectionOwner } from './connection.ts'
import { canonicalCodec } from './frame-codec.ts'
import { Presence, reloadGraceMs } from './presence.ts'
import { actorOf, deferred, FakeSocket, idOf, quietLog } from './test/fakes.ts'
import { DirectWrites } from './writes.ts'

const [alice, bob, carol] = [actorOf(1), actorOf(2), actorOf(3)]
const start0 = new Date('2026-01-01T00:00:00.000Z')

beforeEach(
  () =>
    void vi.useFakeTimers({ now: start0, toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'Date'] }),
)
afterEach(() => void vi.useRealTimers())

function start() {
  const seen = new Map<Id, Date>()
  /** Pairs that share a chat, by user number. */
  const acquainted = new Set<string>(['1 2', '2 1', '1 3', '3 1'])
  let held: Promise<unknown> = Promise.resolve()
  /** Of whom it was asked whether they may be watched. */
  const asked: number[][] = []
  let failing = false
  const numberOf = (id: Id) => Number(id.slice(-6))
  const presence = new Presence({
    accounts: {
      noteSeen: async (userId, at) => {
        await held
        seen.set(userId, at)
      },
      lastSeen: async (userIds) => new Map([...seen].filter(([userId]) => userIds.includes(userId))),
    },
    watchable: async ({ userId }, userIds) => {
      asked.push(userIds.map(numberOf))
      if (failing) {
        failing = false
        throw new Error('away')
      }
      const known = userIds.filter(
        (id) => id === userId || acquainted.has(`${numberOf(userId)} ${numberOf(id)}`),
      )
      await held
      return known
    },
    clock: { now: () => new Date() },
    log: quietLog,
  })
  const owner: ConnectionOwner = {
    writes: new DirectWrites(),
    onLive: (live, who) => presence.arrived(live, who),
    onDeparted: (gone, who, { cause }) => presence.departed(gone, who, cause),
    onSlow() {},
  }
  const enter = (actor: Actor) => {
    const socket = new FakeSocket()
    const connection = new Connection({ sink: socket, door: socket, codec: canonicalCodec }, owner)
    connection.enter(actor)
    connection.goLive(null)
    return {
      socket,
      connection,
      watch: (...users: number[]) => presence.watch(connection, actor, users.map(idOf)),
    }
  }
  const hold = () => {
    const gate = deferred<void>()
    held = gate.promise
    return gate.resolve
  }
  const strangers = (a: number, b: number) => {
    acquainted.delete(`${a} ${b}`)
    acquainted.delete(`${b} ${a}`)
  }
  const fail = () => {
    failing = true
  }
  return { presence, seen, enter, hold, strangers, asked, fail }
}

/** [user number, online] of every presence frame. */
async function told(socket: FakeSocket): Promise<[number, boolean][]> {
  await vi.advanceTimersByTimeAsync(1)
  return socket.frames().map((frame) => [Number(String(frame.user_id).slice(-6)), frame.online === true])
}

describe('I6: online', () => {
  test('is told on the first connection and after the last, not in between', async () => {
    const { enter } = start()
    const watcher = enter(alice)
    await watcher.watch(2)
    const one = enter(bob)
    const two = enter(bob)
    one.connection.lose('closed')
    await vi.advanceTimersByTimeAsync(10 * reloadGraceMs)
    expect(await told(watcher.socket)).toEqual([[2, true]])
    two.connection.lose('closed')
    await vi.advanceTimersByTimeAsync(reloadGraceMs)
    expect(await told(watcher.socket)).toEqual([
      [2, true],
      [2, false],
    ])
  })

  test('a reload is no news', async () => {
    const { enter, seen, presence } = start()
    const watcher = enter(alice)
    const before = enter(bob)
    await watcher.watch(2)
    before.connection.lose('closed')
    await vi.advanceTimersByTimeAsync(reloadGraceMs - 1)
    enter(bob)
    await vi.advanceTimersByTimeAsync(10 * reloadGraceMs)
    expect(await told(watcher.socket)).toEqual([])
    expect(presence.isOnline(bob.userId)).toBe(true)
    expect(seen.size).toBe(0)
  })

  test('a peer that fell silent is offline at once', async () => {
    const { enter, presence } = start()
    const watcher = enter(alice)
    const dead = enter(bob)
    await watcher.watch(2)
    dead.connection.lose('silent')
    expect(presence.isOnline(bob.userId)).toBe(false)
    expect(await told(watcher.socket)).toEqual([[2, false]])
  })

  test('the time of the last connection is stored, and shown before it is', async () => {
    const { enter, seen, hold } = start()
    const watcher = enter(alice)
    const leaving = enter(bob)
    await vi.advanceTimersByTimeAsync(60_000)
    leaving.connection.lose('closed')
    const release = hold()
    await vi.advanceTimersByTimeAsync(reloadGraceMs)
    expect(seen.size).toBe(0)
    const watched = watcher.watch(2)
    release()
    const left = new Date(start0.getTime() + 60_000)
    expect((await watched).now()).toEqual([
      { type: 'presence', user_id: bob.userId, online: false, last_seen_at: left.toISOString() },
    ])
    expect(seen.get(bob.userId)).toEqual(left)
  })

  test('stopping stores who was just leaving', async () => {
    const { enter, seen, presence } = start()
    for (const actor of [alice, bob]) enter(actor).connection.lose('closed')
    await presence.stop()
    expect([...seen.keys()]).toEqual([alice.userId, bob.userId])
    expect(presence.isOnline(alice.userId)).toBe(false)
  })
})

describe('watching', () => {
  test('shows the present state of those whom one may watch, and of nobody else', async () => {
    const { enter } = start()
    enter(carol)
    const watcher = enter(bob)
    const watched = await watcher.watch(1, 3, 2, 2)
    expect(watched.now()).toEqual([
      { type: 'presence', user_id: alice.userId, online: false, last_seen_at: null },
      { type: 'presence', user_id: bob.userId, online: true, last_seen_at: null },
    ])
    enter(alice)
    enter(carol).connection.lose('silent')
    expect(await told(watcher.socket)).toEqual([[1, true]])
  })

  test('L7: a new list replaces the former, and one that waits is passed over for a newer one', async () => {
    const { enter, hold, asked } = start()
    const watcher = enter(alice)
    const release = hold()
    const lists = [watcher.watch(2), watcher.watch(1, 2), watcher.watch(2, 3), watcher.watch(3)]
    release()
    const shown = await Promise.all(lists)
    expect(shown.map((watched) => watched.now().length)).toEqual([1, 0, 0, 1])
    expect(asked).toEqual([[2], [3]])
    enter(bob)
    enter(carol)
    expect(await told(watcher.socket)).toEqual([[3, true]])
  })

  test('L7: of a list like the former one nothing is asked and nothing shown', async () => {
    const { enter, asked } = start()
    const watcher = enter(alice)
    await watcher.watch(2, 3)
    expect((await watcher.watch(3, 2)).now()).toEqual([])
    expect((await watcher.watch(2)).now()).toEqual([])
    expect((await watcher.watch(2, 3)).now()).toMatchObject([{ user_id: carol.userId }])
    expect(asked).toEqual([[2, 3], [3]])
  })

  test('L7: whose look-up fails keeps the former list, and the next one is looked up', async () => {
    const { enter, fail } = start()
    const watcher = enter(alice)
    await watcher.watch(2)
    fail()
    await expect(watcher.watch(2, 3)).rejects.toThrow('away')
    enter(bob)
    expect((await watcher.watch(3)).now()).toHaveLength(1)
    expect(await told(watcher.socket)).toEqual([[2, true]])
  })

  test('ends with the connection', async () => {
    const { enter } = start()
    const watcher = enter(alice)
    await watcher.watch(2)
    watcher.connection.lose('closed')
    enter(bob)
    expect(await told(watcher.socket)).toEqual([])
  })

  test('I7: people who no longer share a chat hear nothing more of each other', async () => {
    const { enter, presence, strangers } = start()
    const [a, b, c] = [enter(alice), enter(bob), enter(carol)]
    await Promise.all([a.watch(2, 3), b.watch(1), c.watch(1)])
    strangers(1, 2)
    presence.parted(bob.userId, [b.connection])
    await vi.advanceTimersByTimeAsync(0)
    for (const { connection } of [b, c]) connection.lose('silent')
    expect(await told(a.socket)).toEqual([[3, false]])
    a.connection.lose('silent')
    expect(await told(b.socket)).toEqual([])
  })

  test('I7: what happens while that is checked is told to those who still share a chat, and to nobody else', async () => {
    const { enter, presence, strangers, hold } = start()
    const [a, c] = [enter(alice), enter(carol)]
    await Promise.all([a.watch(2), c.watch(1)])
    strangers(1, 2)
    const release = hold()
    presence.parted(alice.userId, [a.connection])
    const b = enter(bob)
    a.connection.lose('silent')
    expect(await told(a.socket)).toEqual([])
    expect(await told(c.socket)).toEqual([])
    const again = enter(alice)
    release()
    await vi.advanceTimersByTimeAsync(0)
    b.connection.lose('silent')
    expect(await told(a.socket)).toEqual([])
    expect(await told(again.socket)).toEqual([])
    expect(await told(c.socket)).toEqual([
      [1, false],
      [1, true],
    ])
  })

  test('I7: a removal while the list is checked is not overlooked', async () => {
    const { enter, presence, strangers, hold } = start()
    const [a, b] = [enter(alice), enter(bob)]
    const release = hold()
    const watching = a.watch(2)
    strangers(1, 2)
    presence.parted(bob.userId, [b.connection])
    release()
    await watching
    await vi.advanceTimersByTimeAsync(0)
    b.connection.lose('silent')
    expect(await told(a.socket)).toEqual([])
  })
})
