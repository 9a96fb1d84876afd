// What a connection hears of the time while it joined, whatever happens in it.
import { describe, expect, test } from 'vitest'
import { added, idOf, removed, sent, sessionRevoked, turn } from './test/fakes.ts'
import { alice, bob, chat, ready, seqs, startHub } from './test/hub-harness.ts'

describe('while a connection joins', () => {
  test('S5: what is published after it subscribed is told after the first frame', async () => {
    const { entering, publish } = startHub()
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

  test('S5: a chat that it is added to while the ids are read is followed at once', async () => {
    const { entering, publish } = startHub()
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
    const { entering, publish, hub } = startHub()
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
    const { entering, publish } = startHub()
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
    const { entering, publish } = startHub()
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
    const { entering, publish, hub, heard } = startHub()
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
    const { entering, hub, heard } = startHub()
    const { connection, ids, joined, until } = entering(alice)
    await until('ids')
    connection.lose('closed')
    ids.resolve([chat])
    await joined
    expect([hub.users.size, hub.chats.size, heard]).toEqual([0, 0, []])
  })

  test('I8: what is held is bounded', async () => {
    const { entering, publish } = startHub()
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
    const { entering } = startHub()
    const { ids, joined } = entering(alice)
    ids.reject(new Error('the database is away'))
    await expect(joined).rejects.toThrow('the database is away')
  })

  test('an account has a bounded number of sockets', async () => {
    const { enter } = startHub()
    await Promise.all(Array.from({ length: 50 }, () => enter(alice, [])))
    await expect(enter(alice, [])).rejects.toMatchObject({ code: 'rate_limited' })
    await expect(enter(bob, [])).resolves.toBeDefined()
  })
})
