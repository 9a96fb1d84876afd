// What clients of WinDI Messenger must not get, or break.
import { limits } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { revokeSession } from '../../core/accounts/revoke-session.ts'
import type { Actor } from '../../core/actor.ts'
import { createGroup } from '../../core/chats/create-group.ts'
import { updateMember } from '../../core/members/update-member.ts'
import { deleteMessage } from '../../core/messages/delete-message.ts'
import { Door, type WindiPerson } from './test/door.ts'

const nobody = '00000000-0000-4000-8000-000000000000'

let server: TestServer
let door: Door
let ann: WindiPerson
let ben: WindiPerson
let eve: WindiPerson
let chat: string
let group: string

beforeAll(async () => {
  server = await startTestServer()
  door = new Door(`${server.url}/compat/windi-messenger`)
  ann = await door.arrive('Ann')
  ben = await door.arrive('Ben')
  eve = await door.arrive('Eve')
  chat = await door.chat(ann, ben)
  const made = await door.call('POST', '/groups', ann.token, { title: 'Group', member_ids: [ben.id] })
  group = made.body.id
})
afterAll(() => server?.stop())

const actorOf = async ({ id, token }: WindiPerson): Promise<Actor> => {
  const claims = await server.app.ports.accessTokens.verify(token)
  return { userId: id, sessionId: claims?.sessionId ?? '' }
}
const history = async (chatId: string, token: string, query = '') =>
  (await door.call('GET', `/messages/history/${chatId}${query}`, token)).body

describe('strangers', () => {
  test('get the answer of what does not exist', async () => {
    const unlike = async (method: string, path: (id: string) => string, body?: object) => {
      const [real, none] = await Promise.all(
        [path(group), path(nobody)].map((at) => door.call(method, at, eve.token, body)),
      )
      expect([real?.status, real?.body]).toEqual([404, none?.body])
    }
    await unlike('GET', (id) => `/messages/history/${id}`)
    await unlike('GET', (id) => `/groups/${id}`)
    await unlike('POST', (id) => `/groups/${id}/members`, { user_ids: [eve.id] })
    await unlike('DELETE', (id) => `/groups/${id}/members`, { user_ids: [ben.id] })
    await unlike('DELETE', (id) => `/groups/${id}`)
  })

  test('hear, join, say and read nothing', async () => {
    const own = await door.join(ann.token, chat)
    await own.send({ action: 'send_message', chat_id: chat, text: 'Between us' })
    const { data } = await own.next({ event: 'new_message' })
    const spy = door.socket(eve.token)
    const message_id = (data as { id: string }).id
    for (const chat_id of [chat, nobody]) {
      for (const frame of [
        { action: 'join_chat', chat_id },
        { action: 'leave_chat', chat_id },
        { action: 'send_message', chat_id, text: 'I was here' },
        { action: 'send_message', chat_id, text: 'I was here', idempotency_key: 'key' },
        { action: 'message_read', chat_id, message_id },
        { action: 'typing', chat_id },
      ]) {
        const before = spy.frames.length
        await spy.send(frame)
        await spy.next({ error: 'Chat not found' }, before)
      }
    }
    await own.send({ action: 'send_message', chat_id: chat, text: 'Still between us' })
    await own.next({ event: 'new_message', data: { text: 'Still between us' } })
    expect(spy.frames.every((frame) => 'error' in frame)).toBe(true)
    const texts = (await history(chat, ben.token)).map(({ text }: { text: string }) => text)
    expect(texts).toEqual(['Between us', 'Still between us'])
    expect((await history(chat, ben.token))[0].is_read).toBe(false)
    await Promise.all([own.close(), spy.close()])
  })

  test('may not look into a public group either', async () => {
    const { ports } = server.app
    const open = { title: 'Open', member_ids: [], visibility: 'public' as const }
    const { chat: made } = await createGroup(ports, await actorOf(ann), open)
    expect((await door.call('GET', `/groups/${made.id}`, eve.token)).status).toBe(404)
    const oneself = { user_ids: [eve.id] }
    expect((await door.call('POST', `/groups/${made.id}/members`, eve.token, oneself)).status).toBe(404)
    expect((await door.call('GET', '/chats', eve.token)).body).toEqual([])
  })
})

describe('groups', () => {
  test('are changed by their owner alone, not by admins whom other clients named', async () => {
    await updateMember(server.app.ports, await actorOf(ann), group, ben.id, 'admin')
    const people = { user_ids: [eve.id] }
    for (const method of ['POST', 'DELETE']) {
      const refused = await door.call(method, `/groups/${group}/members`, ben.token, people)
      expect([refused.status, refused.body]).toEqual([403, { detail: 'Access denied' }])
    }
    await updateMember(server.app.ports, await actorOf(ann), group, ben.id, 'member')
  })

  test('keep their creator, and take nobody in who does not exist', async () => {
    const path = `/groups/${group}/members`
    const oneself = await door.call('DELETE', path, ann.token, { user_ids: [ben.id, ann.id.toUpperCase()] })
    expect([oneself.status, oneself.body]).toEqual([403, { detail: 'Cannot remove group creator' }])
    const ghost = await door.call('POST', path, ann.token, { user_ids: [eve.id, nobody] })
    expect([ghost.status, ghost.body]).toEqual([404, { detail: 'User not found' }])
    const { body } = await door.call('DELETE', path, ann.token, { user_ids: [nobody, eve.id] })
    expect(body.members).toHaveLength(2)
    const withGhost = { title: 'With a ghost', member_ids: [nobody] }
    expect((await door.call('POST', '/groups', ann.token, withGhost)).status).toBe(404)
  })

  test('are not what personal chats are', async () => {
    const calls = [
      door.call('GET', `/groups/${chat}`, ann.token),
      door.call('POST', `/groups/${chat}/members`, ann.token, { user_ids: [eve.id] }),
      door.call('DELETE', `/groups/${chat}/members`, ann.token, { user_ids: [ben.id] }),
      door.call('DELETE', `/groups/${chat}`, ann.token),
    ]
    for (const { status, body } of await Promise.all(calls)) {
      expect([status, body]).toEqual([404, { detail: 'Group not found' }])
    }
    expect((await door.call('GET', '/chats', ben.token)).body).toHaveLength(2)
  })

  test('tell nothing more to whoever was taken out', async () => {
    const own = await door.join(ann.token, group)
    const theirs = await door.join(ben.token, group)
    const { status } = await door.call('DELETE', `/groups/${group}/members`, ann.token, {
      user_ids: [ben.id],
    })
    expect(status).toBe(200)
    await own.send({ action: 'send_message', chat_id: group, text: 'Without Ben' })
    await own.next({ event: 'new_message' })
    await theirs.send({ action: 'typing', chat_id: group })
    await theirs.next({ error: 'Chat not found' })
    await door.call('POST', `/groups/${group}/members`, ann.token, { user_ids: [ben.id] })
    await own.send({ action: 'send_message', chat_id: group, text: 'With Ben, who did not join again' })
    await own.next({ event: 'new_message', data: { text: 'With Ben, who did not join again' } })
    await theirs.send({ action: 'join_chat', chat_id: group })
    await theirs.next({ status: 'joined' }, 1)
    expect(theirs.frames.filter(({ event }) => event !== undefined)).toEqual([])
    await Promise.all([own.close(), theirs.close()])
  })
})

describe('frames', () => {
  test('that are wrong are answered with an error, and the socket lives on', async () => {
    const socket = await door.join(ann.token, chat)
    const send = { action: 'send_message', chat_id: chat }
    const wrong: (object | string | Buffer)[] = [
      'not JSON',
      '',
      'null',
      '[]',
      '"join_chat"',
      Buffer.from(JSON.stringify({ action: 'typing', chat_id: chat })),
      {},
      { action: 7 },
      { action: 'constructor' },
      { action: 'dance', chat_id: chat },
      { action: 'join_chat' },
      { action: 'join_chat', chat_id: 'x' },
      { action: 'join_chat', chat_id: [chat] },
      { action: 'leave_chat', chat_id: 1 },
      { action: 'typing', chat_id: null },
      { action: 'message_read', chat_id: chat },
      { action: 'message_read', chat_id: chat, message_id: nobody },
      { action: 'message_read', chat_id: group, message_id: 'x' },
      send,
      { ...send, text: '' },
      { ...send, text: '   ' },
      { ...send, text: 7 },
      { ...send, text: 'x'.repeat(4097) },
      { ...send, text: 'zero \u0000 byte' },
      `{"action":"send_message","chat_id":"${chat}","text":"\\ud800"}`,
      { ...send, text: 'x', idempotency_key: '' },
      { ...send, text: 'x', idempotency_key: 'k'.repeat(65) },
      { ...send, text: 'x', idempotency_key: 7 },
      `{"action":"typing","chat_id":${'['.repeat(1000)}${']'.repeat(1000)}}`,
    ]
    for (const frame of wrong) {
      const before = socket.frames.length
      await socket.send(frame)
      await expect.poll(() => socket.frames.length).toBe(before + 1)
      expect(socket.frames.at(-1)).toEqual({ error: expect.any(String) })
    }
    const before = socket.frames.length
    await socket.send({ ...send, chat_id: chat.toUpperCase(), text: 'x'.repeat(4096) })
    expect((await socket.next({ event: 'new_message' }, before)).data).toMatchObject({ chat_id: chat })
    await socket.close()
  })

  test('that are huge close the socket and harm nobody else', async () => {
    const other = await door.join(ben.token, chat)
    const socket = await door.join(ann.token, chat)
    await socket.send('x'.repeat(limits.frameBytes + 1))
    expect(await socket.closed).toBe(4413)
    await other.send({ action: 'send_message', chat_id: chat, text: 'Still here' })
    await other.next({ event: 'new_message' })
    await other.close()
  })

  test('D2: act for the token, whatever they claim', async () => {
    const socket = await door.join(ben.token, chat)
    const forged = { sender_id: ann.id, user_id: ann.id, user_name: 'Ann', sender: { id: ann.id } }
    await socket.send({ action: 'send_message', chat_id: chat, text: 'By Ann?', ...forged })
    const { data } = await socket.next({ event: 'new_message' })
    expect((data as { sender: object }).sender).toEqual({ id: ben.id, name: 'Ben', email: ben.email })
    await socket.close()
  })

  test('read messages of their own chat alone, and say again when it was read before', async () => {
    const own = await door.join(ann.token, chat, group)
    const theirs = await door.join(ben.token, chat, group)
    await own.send({ action: 'send_message', chat_id: group, text: 'Read me' })
    const { data } = await theirs.next({ event: 'new_message' })
    const message_id = (data as { id: string }).id
    await theirs.send({ action: 'message_read', chat_id: chat, message_id })
    await theirs.next({ error: 'Message not found' })
    await theirs.send({ action: 'message_read', chat_id: group, message_id })
    const first = await theirs.next({ event: 'message_read', data: { message_id } })
    const before = theirs.frames.length
    await theirs.send({ action: 'message_read', chat_id: group, message_id })
    expect(await theirs.next({ event: 'message_read' }, before)).toEqual(first)
    await own.next({ event: 'message_read', data: { message_id } })
    const told = own.frames.filter((frame) => JSON.stringify(frame) === JSON.stringify(first))
    expect(told).toHaveLength(1)
    await Promise.all([own.close(), theirs.close()])
  })

  test('with one key for two chats, or for a message that was deleted, are refused', async () => {
    const socket = await door.join(ann.token, chat, group)
    const keyed = { action: 'send_message', text: 'x', idempotency_key: 'one key' }
    await socket.send({ ...keyed, chat_id: chat })
    const { data } = await socket.next({ event: 'new_message' })
    await socket.send({ ...keyed, chat_id: group })
    await socket.next({ error: 'The idempotency key belongs to another message' })
    await deleteMessage(server.app.ports, await actorOf(ann), (data as { id: string }).id)
    await socket.send({ ...keyed, chat_id: chat })
    await socket.next({ error: 'The message was deleted' })
    const found = (await history(chat, ann.token)).map(({ text }: { text: string }) => text)
    expect(found).not.toContain('x')
    await socket.close()
  })

  test('with a key that somebody else used are another message', async () => {
    const own = await door.join(ann.token, chat)
    const theirs = await door.join(ben.token, chat)
    for (const [socket, text] of [
      [own, 'from Ann'],
      [theirs, 'from Ben'],
    ] as const) {
      await socket.send({ action: 'send_message', chat_id: chat, text, idempotency_key: 'shared key' })
      const { data } = await socket.next({ event: 'new_message', data: { text } })
      expect(data).toMatchObject({ idempotency_key: 'shared key' })
    }
    await Promise.all([own.close(), theirs.close()])
  })
})

describe('tokens', () => {
  test('end with their session, and so do its sockets', async () => {
    const door2 = new Door(`${door.base}/api/v1`)
    const max = await door2.arrive('Max')
    const socket = door2.socket(max.token)
    await socket.send({ action: 'join_chat', chat_id: nobody })
    await socket.next({ error: 'Chat not found' })
    const actor = await actorOf(max)
    await revokeSession(server.app.ports, actor, actor.sessionId)
    expect(await socket.closed).toBe(4001)
    expect((await door.call('GET', '/chats', max.token)).status).toBe(401)
    expect(await door.socket(max.token).closed).toBe(4001)
  })

  test('that are forged open nothing', async () => {
    const at = ann.token.lastIndexOf('.') + 1
    const forged = ann.token.slice(0, at) + [...ann.token.slice(at)].reverse().join('')
    for (const token of [forged, 'null', `${ann.token}.`]) {
      expect((await door.call('GET', '/chats', token)).status).toBe(401)
      expect(await door.socket(token).closed).toBe(4001)
    }
  })
})

describe('bodies', () => {
  test.each([
    ['/auth/register', { name: '', email: 'a@b.example', password: 'securepassword' }],
    ['/auth/register', { name: 'A', email: 'no address', password: 'securepassword' }],
    ['/auth/register', { name: 'A', email: ['a@b.example'], password: 'securepassword' }],
    ['/auth/login', { email: 'a@b.example' }],
    ['/auth/login', '{'],
    ['/auth/login', '"\\ud800"'],
    ['/chats', { user_id: 5 }],
    ['/chats', {}],
    ['/groups', { title: '' }],
    ['/groups', { title: 'x'.repeat(limits.titleMax + 1) }],
    ['/groups', { title: 'x', member_ids: 'y' }],
    ['/groups', { title: 'x', member_ids: Array(limits.membersPerCall + 1).fill(nobody) }],
  ])('POST %s refuses %o', async (path, body) => {
    const answer = await door.call('POST', path, ann.token, body)
    expect([answer.status, Array.isArray(answer.body.detail)]).toEqual([422, true])
  })

  test('that are huge are refused, and paths that are none are not found', async () => {
    const huge = await door.call('POST', '/groups', ann.token, { title: 'x'.repeat(limits.httpBodyBytes) })
    expect([huge.status, huge.body]).toEqual([413, { detail: expect.any(String) }])
    const none = await door.call('GET', '/nothing', ann.token)
    expect([none.status, none.body]).toEqual([404, { detail: 'Not Found' }])
    expect((await door.call('GET', '/messages/history/x', ann.token)).status).toBe(422)
    expect((await door.call('GET', '/groups/x', ann.token)).status).toBe(422)
  })
})
