// Who hears what: delivery, membership that changes while a connection joins, revocation.
import { describe, expect, test } from 'vitest'
import { createLocalBus } from '../bus/local.ts'
import type { Envelope } from '../core/events.ts'
import type { Actor } from '../core/ports.ts'
import type { Connection } from './connection.ts'
import { FlushScheduler } from './flush-scheduler.ts'
import { canonicalCodec, type FrameCodec } from './frame-codec.ts'
import { createGate } from './gate.ts'
import { Hub, type HubListener } from './hub.ts'
import { join } from './join.ts'
import {
  actorOf,
  added,
  chatDeleted,
  deferred,
  FakeSocket,
  idOf,
  interestOf,
  quietLog,
  removed,
  sent,
  sessionRevoked,
  turn,
} from './test/fakes.ts'

const ready = JSON.stringify({ type: 'ready' })
const [alice, bob, carol] = [actorOf(1), actorOf(2), actorOf(3)]
const chat = 10

function start() {
  const { bus, wanted } = interestOf(createLocalBus({ log: quietLog }))
  const heard: string[] = []
  const listener: HubListener = {
    arrived: (_connection, actor) => void heard.push(`arrived ${actor.userId}`),
    departed: (_connection, actor, cause) => void heard.push(`departed ${actor.userId} ${cause}`),
    parted: (userId) => void heard.push(`parted ${userId}`),
  }
  let deliveries = 0
  const hub = new Hub({
    bus,
    log: quietLog,
    listener,
    scheduler: new FlushScheduler({ socketBytes: 10_000, totalBytes: 1_000_000, eagerBytes: 5_000 }),
    metrics: {
      socketOpened() {},
      socketClosed() {},
      frameReceived() {},
      slowConsumer() {},
      delivered: (count) => {
        deliveries += count
      },
    },
  })
  const open = (codec: FrameCodec = canonicalCodec, room?: number) => {
    const socket = new FakeSocket(room)
    return { socket, connection: hub.open({ sink: socket, door: socket, codec }) }
  }
  const gate = createGate(16)
  /** A live connection of the person, in the chats. */
  const enter = async (actor: Actor, chats: number[] = [chat], codec?: FrameCodec, room?: number) => {
    const opened = open(codec, room)
    await join(
      { hub, gate, chatIdsOf: async () => chats.map(idOf) },
      opened.connection,
      actor,
      async () => ready,
    )
    return opened
  }
  /** A connection whose two reads are held open by hand. */
  const entering = (actor: Actor) => {
    const opened = open()
    const [ids, first] = [deferred<number[]>(), deferred<string>()]
    let asked: 'nothing' | 'ids' | 'first' = 'nothing'
    const joined = join(
      {
        hub,
        gate,
        chatIdsOf: async () => {
          asked = 'ids'
          return (await ids.promise).map(idOf)
        },
      },
      opened.connection,
      actor,
      () => {
        asked = 'first'
        return first.promise
      },
    )
    const until = async (what: typeof asked) => {
      while (asked !== what) await turn()
    }
    return { ...opened, ids, first, joined, until }
  }
  const publish = (...envelopes: Envelope[]) => bus.publish(envelopes)
  return { hub, wanted, heard, open, enter, entering, publish, deliveries: () => deliveries }
}

const seqs = (socket: FakeSocket): unknown[] =>
  socket.frames().flatMap((frame) => {
    const message = frame.message as { seq: number } | undefined
    return message === undefined ? [] : [message.seq]
  })

describe('an event of a chat', () => {
  test('reaches all followers and nobody else, and is encoded once for each codec', async () => {
    const { enter, publish, deliveries } = start()
    let encoded = 0
    const counting: FrameCodec = {
      name: 'counting',
      encode: (event) => {
        encoded += 1
        return JSON.stringify({ type: event.type })
      },
    }
    const canonical = await Promise.all([enter(alice), enter(alice), enter(bob)])
    const other = await Promise.all([enter(alice, [chat], counting), enter(bob, [chat], counting)])
    const stranger = await enter(carol, [11])
    await turn()
    publish(sent(chat, 1))
    await turn()
    for (const { socket } of canonical) expect(seqs(socket)).toEqual([1])
    for (const { socket } of other) expect(socket.types()).toEqual(['ready', 'message_created'])
    expect(stranger.socket.types()).toEqual(['ready'])
    expect(encoded).toBe(1)
    expect(deliveries()).toBe(5)
    expect(canonical[0]?.socket.writes.at(-1)).toBe(canonical[2]?.socket.writes.at(-1))
  })

  test('spares the person it is about, on all their devices', async () => {
    const { enter, publish } = start()
    const [own, device, other] = await Promise.all([enter(alice), enter(alice), enter(bob)])
    publish({
      audience: { kind: 'chat', chat_id: idOf(chat), except_user_id: alice.userId },
      event: { type: 'typing', chat_id: idOf(chat), user_id: alice.userId },
    })
    await turn()
    expect([own, device, other].map(({ socket }) => socket.types().length)).toEqual([1, 1, 2])
  })

  test('is not told by a codec that has nothing to say, nor by one that fails', async () => {
    const { enter, publish } = start()
    const silent = await enter(alice, [chat], { name: 'silent', encode: () => null })
    const failing = await enter(alice, [chat], {
      name: 'failing',
      encode: () => {
        throw new Error('a codec with a fault')
      },
    })
    const sound = await enter(bob)
    publish(sent(chat, 1))
    await turn()
    expect(silent.socket.types()).toEqual(['ready'])
    expect(failing.socket.types()).toEqual(['ready'])
    expect(seqs(sound.socket)).toEqual([1])
  })

  test('for people reaches their connections alone', async () => {
    const { enter, publish } = start()
    const [one, two, other] = await Promise.all([enter(alice), enter(alice), enter(bob)])
    publish({
      audience: { kind: 'users', user_ids: [alice.userId] },
      event: { type: 'fully_read', chat_id: idOf(chat), seq: 3 },
    })
    await turn()
    expect([one, two, other].map(({ socket }) => socket.types().length)).toEqual([2, 2, 1])
  })
})

describe('membership', () => {
  test('someone who is added hears of it first and then everything', async () => {
    const { enter, publish } = start()
    const { socket } = await enter(alice, [])
    publish(added(chat, 1, 5), sent(chat, 1, 6))
    await turn()
    expect(socket.types()).toEqual(['ready', 'member_added', 'message_created'])
  })

  test('I7: someone who is removed hears of it last', async () => {
    const { enter, publish, heard } = start()
    const { socket } = await enter(alice)
    const other = await enter(bob)
    publish(removed(chat, 1, 5), sent(chat, 1, 6))
    await turn()
    expect(socket.types()).toEqual(['ready', 'member_removed'])
    expect(other.socket.types()).toEqual(['ready', 'member_removed', 'message_created'])
    expect(heard).toContain(`parted ${alice.userId}`)
  })

  test('news of joining and leaving may come in any order: the later version counts', async () => {
    const { enter, publish } = start()
    const back = await enter(alice)
    publish(added(chat, 1, 8), removed(chat, 1, 7), sent(chat, 1))
    const gone = await enter(bob)
    publish(removed(chat, 2, 12), added(chat, 2, 11), sent(chat, 2))
    await turn()
    expect(seqs(back.socket)).toEqual([1, 2])
    expect(seqs(gone.socket)).toEqual([])
  })

  test('after a chat is deleted nobody follows it', async () => {
    const { hub, enter, publish, wanted } = start()
    const everyone = await Promise.all([enter(alice), enter(bob)])
    publish(chatDeleted(chat, 5), sent(chat, 1, 6))
    await turn()
    for (const { socket } of everyone) expect(socket.types()).toEqual(['ready', 'chat_deleted'])
    expect(hub.chats.size).toBe(0)
    expect(wanted.has(`chat.${idOf(chat)}`)).toBe(false)
  })

  test('the bus is asked for exactly what someone here follows', async () => {
    const { enter, publish, wanted } = start()
    const one = await enter(alice, [chat, 11])
    await enter(bob)
    expect([...wanted].sort()).toEqual(
      [`chat.${idOf(chat)}`, `chat.${idOf(11)}`, `user.${alice.userId}`, `user.${bob.userId}`].sort(),
    )
    publish(added(12, 2, 3))
    expect(wanted.has(`chat.${idOf(12)}`)).toBe(true)
    one.connection.end('draining')
    expect(wanted.has(`chat.${idOf(11)}`)).toBe(false)
    expect(wanted.has(`chat.${idOf(chat)}`)).toBe(true)
    expect(wanted.has(`user.${alice.userId}`)).toBe(false)
  })
})

describe('while a connection joins', () => {
  test('what is published after it subscribed is told after the first frame', async () => {
    const { entering, publish } = start()
    const { ids, first, joined, socket, until } = entering(alice)
    await until('ids')
    ids.resolve([chat])
    await until('first')
    publish(sent(chat, 1))
    publish(sent(chat, 2))
    await turn()
    expect(socket.writes).toEqual([])
    first.resolve(ready)
    await joined
    publish(sent(chat, 3))
    await turn()
    expect(socket.types()[0]).toBe('ready')
    expect(seqs(socket)).toEqual([1, 2, 3])
    expect(socket.writes).toHaveLength(1)
  })

  test('a chat that it is added to while the ids are read is followed at once', async () => {
    const { entering, publish } = start()
    const { ids, first, joined, socket, until } = entering(alice)
    await until('ids')
    publish(added(chat, 1, 5), sent(chat, 1, 6))
    ids.resolve([])
    first.resolve(ready)
    await joined
    await turn()
    expect(socket.types()).toEqual(['ready', 'member_added', 'message_created'])
  })

  test('I7: a chat that it is removed from while the ids are read is not followed, though they still name it', async () => {
    const { entering, publish, hub } = start()
    const { ids, first, joined, socket, until } = entering(alice)
    await until('ids')
    publish(removed(chat, 1, 5))
    ids.resolve([chat, 11])
    await until('first')
    publish(sent(chat, 1, 6), sent(11, 1))
    first.resolve(ready)
    await joined
    await turn()
    expect(socket.types()).toEqual(['ready', 'message_created'])
    expect([...hub.chats.ids()]).toEqual([idOf(11)])
  })

  test('I7: what is held of a chat is forgotten on removal, but for the removal itself', async () => {
    const { entering, publish } = start()
    const { ids, first, joined, socket, until } = entering(alice)
    await until('ids')
    ids.resolve([chat, 11])
    await until('first')
    publish(sent(chat, 1), sent(11, 1), removed(chat, 1, 5), sent(chat, 2, 6))
    first.resolve(ready)
    await joined
    await turn()
    expect(socket.frames().map((frame) => [frame.type, frame.chat_id])).toEqual([
      ['ready', undefined],
      ['message_created', idOf(11)],
      ['member_removed', idOf(chat)],
    ])
  })

  test('removed and added again, it follows', async () => {
    const { entering, publish } = start()
    const { ids, first, joined, socket, until } = entering(alice)
    await until('ids')
    publish(removed(chat, 1, 5))
    publish(added(chat, 1, 6))
    ids.resolve([chat])
    first.resolve(ready)
    await joined
    publish(sent(chat, 1, 7))
    await turn()
    expect(seqs(socket)).toEqual([1])
  })

  test('a revocation closes it before it is told anything', async () => {
    const { entering, publish, hub, heard } = start()
    const { ids, first, joined, socket, until } = entering(alice)
    await until('ids')
    ids.resolve([chat])
    await until('first')
    publish(sent(chat, 1), sessionRevoked(alice))
    first.resolve(ready)
    await joined
    await turn()
    expect(socket.closes).toEqual([{ code: 4409, reason: 'session_revoked' }])
    expect(socket.writes).toEqual([])
    expect([hub.users.size, hub.chats.size]).toEqual([0, 0])
    expect(heard).toEqual([])
  })

  test('a peer that goes away meanwhile leaves nothing behind', async () => {
    const { entering, connectionsLeft, until } = (() => {
      const all = start()
      return {
        ...all.entering(alice),
        entering: all.entering,
        connectionsLeft: () => all.hub.users.size + all.hub.chats.size,
      }
    })()
    const again = entering(bob)
    await until('ids')
    again.connection.lose('closed')
    again.ids.resolve([chat])
    await again.joined
    expect(connectionsLeft()).toBe(1)
  })

  test('I8: what is held is bounded', async () => {
    const { entering, publish } = start()
    const { ids, socket, until, first, joined } = entering(alice)
    await until('ids')
    ids.resolve([chat])
    await until('first')
    for (let seq = 1; seq <= 100; seq += 1) publish(sent(chat, seq))
    expect(socket.closes).toEqual([{ code: 4503, reason: 'slow_consumer' }])
    first.resolve(ready)
    await joined
    await turn()
    expect(socket.writes).toEqual([])
  })

  test('a failing read is passed on', async () => {
    const { entering } = start()
    const { ids, joined } = entering(alice)
    ids.reject(new Error('the database is away'))
    await expect(joined).rejects.toThrow('the database is away')
  })

  test('an account has a bounded number of sockets', async () => {
    const { enter } = start()
    await Promise.all(Array.from({ length: 50 }, () => enter(alice, [])))
    await expect(enter(alice, [])).rejects.toMatchObject({ code: 'rate_limited' })
    await expect(enter(bob, [])).resolves.toBeDefined()
  })
})

describe('the end of a connection', () => {
  test('I7: a revoked session hears of it and then nothing; other sessions go on', async () => {
    const { enter, publish } = start()
    const revoked = await enter(actorOf(1, 1))
    const other = await enter(actorOf(1, 2))
    publish(sessionRevoked(actorOf(1, 1)), sent(chat, 1))
    await turn()
    expect(revoked.socket.types()).toEqual(['ready', 'session_revoked'])
    expect(revoked.socket.closes).toEqual([{ code: 4409, reason: 'session_revoked' }])
    expect(other.socket.types()).toEqual(['ready', 'session_revoked', 'message_created'])
    expect(other.socket.closes).toEqual([])
  })

  test('I8: a socket that does not read is closed with 4503, and the others do not notice', async () => {
    const { enter, publish } = start()
    const slow = await enter(alice, [chat], canonicalCodec, 100)
    const sound = await enter(bob)
    for (let seq = 1; seq <= 100; seq += 1) {
      publish(sent(chat, seq))
      await turn()
    }
    expect(slow.socket.closes).toEqual([{ code: 4503, reason: 'slow_consumer' }])
    expect(slow.socket.writableLength).toBeLessThan(11_000)
    expect(seqs(sound.socket)).toHaveLength(100)
  })

  test('the listener hears of arrival and departure once each', async () => {
    const { enter, heard } = start()
    const { connection } = await enter(alice)
    connection.lose('silent')
    connection.end('draining')
    connection.lose('closed')
    expect(heard).toEqual([`arrived ${alice.userId}`, `departed ${alice.userId} silent`])
  })

  test('answers after the end are not written', async () => {
    const { enter } = start()
    const { connection, socket } = await enter(alice)
    connection.end('draining')
    const written = socket.writes.length
    answerLater(connection)
    await turn()
    expect(socket.writes).toHaveLength(written)
  })
})

const answerLater = (connection: Connection): void => connection.answer('{"type":"pong"}')
