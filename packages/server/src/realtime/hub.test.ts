// Who hears what: delivery, membership, revocation.
import { describe, expect, test } from 'vitest'
import type { Connection } from './connection.ts'
import { canonicalCodec, type FrameCodec } from './frame-codec.ts'
import { actorOf, added, chatDeleted, idOf, removed, sent, sessionRevoked, turn } from './test/fakes.ts'
import { alice, bob, carol, chat, seqs, startHub } from './test/hub-harness.ts'

describe('an event of a chat', () => {
  test('W4 D6: reaches all followers and nobody else, and is encoded once for each codec', async () => {
    const { enter, publish, deliveries } = startHub()
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
    const { enter, publish } = startHub()
    const [own, device, other] = await Promise.all([enter(alice), enter(alice), enter(bob)])
    publish({
      audience: { kind: 'chat', chat_id: idOf(chat), except_user_id: alice.userId },
      event: { type: 'typing', chat_id: idOf(chat), user_id: alice.userId },
    })
    await turn()
    expect([own, device, other].map(({ socket }) => socket.types().length)).toEqual([1, 1, 2])
  })

  test('is not delivered by a codec that has nothing to say, nor by one that fails', async () => {
    const { enter, publish } = startHub()
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
    const { enter, publish } = startHub()
    const [one, two, other] = await Promise.all([enter(alice), enter(alice), enter(bob)])
    publish({
      audience: { kind: 'users', user_ids: [alice.userId] },
      event: { type: 'fully_read', chat_id: idOf(chat), seq: 3 },
    })
    await turn()
    expect([one, two, other].map(({ socket }) => socket.types().length)).toEqual([2, 2, 1])
  })
})

describe('an event for one member', () => {
  test('reaches the connections of that person, and none once the person was taken out of the chat', async () => {
    const { enter, publish } = startHub()
    const [one, two, other] = await Promise.all([enter(alice), enter(alice), enter(bob)])
    const forAlice = {
      audience: { kind: 'member', chat_id: idOf(chat), user_id: alice.userId },
      event: { type: 'fully_read', chat_id: idOf(chat), seq: 3 },
    } as const
    publish(forAlice, removed(chat, 1, 5), forAlice)
    await turn()
    expect(one.socket.types()).toEqual(['ready', 'fully_read', 'member_removed'])
    expect(two.socket.types()).toEqual(['ready', 'fully_read', 'member_removed'])
    expect(other.socket.types()).toEqual(['ready', 'member_removed'])
  })
})

describe('membership', () => {
  test('someone who is added hears of it first and then everything', async () => {
    const { enter, publish } = startHub()
    const { socket } = await enter(alice, [])
    publish(added(chat, 1, 5), sent(chat, 1, 6))
    await turn()
    expect(socket.types()).toEqual(['ready', 'member_added', 'message_created'])
  })

  test('I7: someone who is removed hears of it last', async () => {
    const { enter, publish, heard } = startHub()
    const { socket } = await enter(alice)
    const other = await enter(bob)
    publish(removed(chat, 1, 5), sent(chat, 1, 6))
    await turn()
    expect(socket.types()).toEqual(['ready', 'member_removed'])
    expect(other.socket.types()).toEqual(['ready', 'member_removed', 'message_created'])
    expect(heard).toContain(`parted ${alice.userId}`)
  })

  test('news of joining and leaving may come in any order: the later version counts', async () => {
    const { enter, publish } = startHub()
    const back = await enter(alice)
    publish(added(chat, 1, 8), removed(chat, 1, 7), sent(chat, 1))
    const gone = await enter(bob)
    publish(removed(chat, 2, 12), added(chat, 2, 11), sent(chat, 2))
    await turn()
    expect(seqs(back.socket)).toEqual([1, 2])
    expect(seqs(gone.socket)).toEqual([])
  })

  test('after a chat is deleted nobody follows it', async () => {
    const { hub, enter, publish, wanted } = startHub()
    const everyone = await Promise.all([enter(alice), enter(bob)])
    publish(chatDeleted(chat, 5), sent(chat, 1, 6))
    await turn()
    for (const { socket } of everyone) expect(socket.types()).toEqual(['ready', 'chat_deleted'])
    expect(hub.chats.size).toBe(0)
    expect(wanted.has(`chat.${idOf(chat)}`)).toBe(false)
  })

  test('the bus is asked for exactly what someone here follows', async () => {
    const { enter, publish, wanted } = startHub()
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

describe('a large, busy room', () => {
  /** Every room is large and busy, on a clock that stands still. */
  const busyHub = async () => {
    const hub = startHub({ interval: 60_000, followers: 1, perSecond: 0 })
    const [one, other] = await Promise.all([hub.enter(alice, [chat, 11]), hub.enter(bob)])
    for (let seq = 1; seq <= 13; seq += 1) {
      hub.publish(sent(chat, seq))
      await turn()
    }
    expect([one, other].map(({ socket }) => seqs(socket).length)).toEqual([11, 11])
    return { ...hub, one, other }
  }

  test('is written to later than its followers are told what is not of it', async () => {
    const { publish, one, other } = await busyHub()
    publish({
      audience: { kind: 'users', user_ids: [alice.userId] },
      event: { type: 'fully_read', chat_id: idOf(chat), seq: 3 },
    })
    await turn()
    expect(one.socket.types().slice(-2)).toEqual(['message_created', 'fully_read'])
    expect(seqs(other.socket)).toHaveLength(11)
  })

  test('I7: does not hold back a removal, nor what came before it', async () => {
    const { publish, one } = await busyHub()
    publish(removed(chat, 1, 20), sent(chat, 14))
    await turn()
    expect(seqs(one.socket)).toHaveLength(13)
    expect(one.socket.types().at(-1)).toBe('member_removed')
  })

  test('I7: does not hold back its deletion', async () => {
    const { publish, other } = await busyHub()
    publish(chatDeleted(chat, 20))
    await turn()
    expect(other.socket.types().slice(-2)).toEqual(['message_created', 'chat_deleted'])
  })
})

describe('the end of a connection', () => {
  test('I7: a revoked session hears of it and then nothing; other sessions go on', async () => {
    const { enter, publish } = startHub()
    const revoked = await enter(actorOf(1, 1))
    const other = await enter(actorOf(1, 2))
    publish(sessionRevoked(actorOf(1, 1)), sent(chat, 1))
    await turn()
    expect(revoked.socket.types()).toEqual(['ready', 'session_revoked'])
    expect(revoked.socket.closes).toEqual([{ code: 4409, reason: 'session_revoked' }])
    expect(other.socket.types()).toEqual(['ready', 'session_revoked', 'message_created'])
    expect(other.socket.closes).toEqual([])
  })

  test('I8 W5: a socket that does not read is closed with 4503, and the others do not notice', async () => {
    const { enter, publish } = startHub()
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
    const { enter, heard } = startHub()
    const { connection } = await enter(alice)
    connection.lose('silent')
    connection.end('draining')
    connection.lose('closed')
    expect(heard).toEqual([`arrived ${alice.userId}`, `departed ${alice.userId} silent`])
  })

  test('answers after the end are not written', async () => {
    const { enter } = startHub()
    const { connection, socket } = await enter(alice)
    connection.end('draining')
    const written = socket.writes.length
    answerLater(connection)
    await turn()
    expect(socket.writes).toHaveLength(written)
  })
})

const answerLater = (connection: Connection): void => connection.answer('{"type":"pong"}')
