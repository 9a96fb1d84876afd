// What the hub makes of events that are published again, which is how lost ones heal: every version reaches a socket once.
import { describe, expect, test } from 'vitest'
import { actorOf, added, idOf, removed, sent, turn } from './test/fakes.ts'
import { alice, bob, chat, seqs, startHub } from './test/hub-harness.ts'

describe('R4: a durable event that was published before', () => {
  test('is not delivered again, in whatever order the versions came', async () => {
    const { enter, publish } = startHub()
    const { socket } = await enter(alice)
    publish(sent(chat, 1, 1), sent(chat, 3, 3), sent(chat, 1, 1), sent(chat, 2, 2), sent(chat, 3, 3))
    await turn()
    expect(seqs(socket)).toEqual([1, 3, 2])
  })

  test('lets in whose sockets do not follow yet, and tells it to them alone', async () => {
    const { enter, publish } = startHub()
    const [inside, outside] = [await enter(bob), await enter(alice, [])]
    publish(sent(chat, 1, 1))
    publish({ ...added(chat, 1, 1), attach: [alice.userId] })
    publish(sent(chat, 2, 2))
    await turn()
    expect(inside.socket.types()).toEqual(['ready', 'message_created', 'message_created'])
    expect(outside.socket.types()).toEqual(['ready', 'member_added', 'message_created'])
  })

  test('I7: takes out whose sockets follow still, without a word to the others', async () => {
    const { hub, enter, publish } = startHub()
    const [stays, goes] = [await enter(bob), await enter(alice)]
    hub.noteAllPublished(idOf(chat), 5)
    publish(removed(chat, 1, 5))
    publish(sent(chat, 6, 6))
    await turn()
    expect(goes.socket.types()).toEqual(['ready'])
    expect(stays.socket.types()).toEqual(['ready', 'message_created'])
  })

  test('and passing events are delivered as often as they come', async () => {
    const { enter, publish } = startHub()
    const { socket } = await enter(alice)
    const typing = {
      audience: { kind: 'chat', chat_id: idOf(chat) },
      event: { type: 'typing', chat_id: idOf(chat), user_id: bob.userId },
    } as const
    publish(typing, typing)
    await turn()
    expect(socket.types()).toEqual(['ready', 'typing', 'typing'])
  })
})

describe('what the hub says of what is followed', () => {
  test('it is all up to the first hole, and nothing of a chat without followers', async () => {
    const { hub, enter, publish } = startHub()
    expect(hub.publishedThrough(idOf(chat))).toBeNull()
    const { connection } = await enter(alice)
    publish(sent(chat, 1, 1), sent(chat, 3, 3))
    expect(hub.publishedThrough(idOf(chat))).toBe(1)
    publish(sent(chat, 2, 2))
    expect(hub.publishedThrough(idOf(chat))).toBe(3)
    connection.end('draining')
    expect(hub.publishedThrough(idOf(chat))).toBeNull()
  })

  test('what was published between the reading of the chats and their following counts', async () => {
    const { hub, entering, publish } = startHub()
    const joining = entering(alice)
    await joining.until('ids')
    publish(sent(chat, 1, 1))
    joining.ids.resolve([chat])
    await joining.until('first')
    joining.first.resolve('{"type":"ready"}')
    await joining.joined
    expect(hub.publishedThrough(idOf(chat))).toBe(1)
    publish(sent(chat, 1, 1))
    await turn()
    expect(joining.socket.types()).toEqual(['ready'])
  })

  test('people, their sessions, and whether all their live sockets follow', async () => {
    const { hub, enter } = startHub()
    await enter(alice, [chat])
    await enter(alice, [])
    await enter(bob, [chat])
    expect([...hub.people()].toSorted()).toEqual([alice.userId, bob.userId].toSorted())
    expect([...hub.sessions()]).toHaveLength(3)
    expect([...hub.chatsOf(alice.userId)]).toEqual([idOf(chat)])
    expect(hub.follows(alice.userId, idOf(chat))).toBe(false)
    expect(hub.follows(bob.userId, idOf(chat))).toBe(true)
    expect([...hub.chatsOf(actorOf(9).userId)]).toEqual([])
  })
})
