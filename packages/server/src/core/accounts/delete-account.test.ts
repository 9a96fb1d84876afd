// A8 A9: what a deleted account leaves behind, on the real server.
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { Parley, type ParleyClient } from '@parley/client'
import type { Id } from '@parley/protocol'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampleUser } from '../../../../protocol/test/samples.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import type { Actor } from '../actor.ts'
import type { Envelope } from '../events.ts'
import { setAvatar } from '../files/set-avatar.ts'
import type { Ports } from '../ports.ts'
import { deleteAccount, eraseAccount } from './delete-account.ts'
import { finishDeletions } from './finish-deletions.ts'

const password = 'a long password'

let server: TestServer
let ports: Ports
beforeAll(async () => {
  server = await startTestServer()
  ports = server.app.ports
})
afterAll(() => server.stop())

let count = 0
/** Somebody who is connected, under a name of their own. */
function arrive(name: string): Promise<ParleyClient> {
  count += 1
  const username = `${name}_${count}`
  return Parley.register({ url: server.url }, { username, email: `${username}@example.org`, name, password })
}

const idOf = ({ me }: ParleyClient): Id => me?.id ?? ''
const actorOf = (client: ParleyClient): Actor => ({
  userId: idOf(client),
  sessionId: client.sessionId ?? '',
})
const close = (...clients: ParleyClient[]) => Promise.all(clients.map((client) => client.close()))

async function group(owner: ParleyClient, ...members: ParleyClient[]): Promise<Id> {
  const body = { kind: 'group', title: 'Group', member_ids: members.map(idOf) } as const
  return (await owner.call('createChat', { body })).chat.id
}

async function rolesIn(chatId: Id): Promise<Record<Id, string>> {
  const { items } = await ports.storage.stores.members.list(chatId, { limit: 100 })
  return Object.fromEntries(items.map((member) => [member.user_id, member.role]))
}

const groupsOf = (userId: Id) => ports.storage.stores.chats.idsOf(userId)

describe('A8: deleting an account', () => {
  test('needs the password, and changes nothing without it', async () => {
    const person = await arrive('mira')
    await expect(person.deleteAccount('a wrong password')).rejects.toMatchObject({
      code: 'wrong_credentials',
    })
    expect((await person.call('getMe')).user).toMatchObject({ name: 'mira', deleted_at: null })
    await close(person)
  })

  test('erases everything that is personal and keeps the id', async () => {
    const person = await arrive('mira')
    const id = idOf(person)
    await person.call('updateMe', { body: { bio: 'about me', locale: 'ru' } })
    await person.deleteAccount(password)
    expect(person.connectionState().status).toBe('closed')
    const [left] = await ports.storage.stores.people.people([id])
    const times = { created_at: expect.any(String), deleted_at: expect.any(String) }
    expect(left).toEqual({
      ...sampleUser({ id, username: null, name: '', ...times }),
      number: expect.any(Number),
      own_email: null,
      email_visibility: 'contacts',
      deactivated_at: null,
    })
    expect(await ports.storage.stores.accounts.find(id)).toBeNull()
    expect(await ports.storage.stores.accounts.lastSeen([id])).toEqual(new Map())
  })

  test('ends every session at once and forgets where they were', async () => {
    const person = await arrive('mira')
    const { username = '' } = person.me ?? {}
    const login = { login: username ?? '', password }
    const body = JSON.stringify(login)
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${server.url}/api/v1/auth/login`, { method: 'POST', headers, body })
    const tokens = (await answer.json()) as { access_token: string; refresh_token: string; session_id: Id }
    const other = await Parley.login({ url: server.url }, login)
    const getMe = () =>
      fetch(`${server.url}/api/v1/users/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    // So that the server believes it knows the session.
    expect((await getMe()).status).toBe(200)

    await person.deleteAccount(password)

    expect(await (await getMe()).json()).toMatchObject({ status: 401, code: 'session_revoked' })
    await expect.poll(() => other.connectionState()).toEqual({ status: 'closed', reason: 'session_revoked' })
    const refreshed = await fetch(`${server.url}/api/v1/auth/refresh`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ refresh_token: tokens.refresh_token }),
    })
    expect(await refreshed.json()).toMatchObject({ code: 'invalid_refresh_token' })
    expect(await ports.storage.stores.sessions.find(tokens.session_id)).toBeNull()
    await expect(Parley.login({ url: server.url }, login)).rejects.toMatchObject({
      code: 'wrong_credentials',
    })
  })

  test('deletes the picture too', async () => {
    const person = await arrive('mira')
    const image = await sharp({ create: { width: 300, height: 200, channels: 3, background: 'teal' } })
      .png()
      .toBuffer()
    const content = Readable.from([image])
    const { avatar_id } = await setAvatar(ports, actorOf(person), {
      name: 'me.png',
      announced: null,
      content,
    })
    if (avatar_id === null) throw new Error('The person has a picture')
    expect(await ports.storage.stores.people.people([idOf(person)])).toMatchObject([{ avatar_id }])
    await person.deleteAccount(password)
    expect(await ports.storage.stores.people.people([idOf(person)])).toMatchObject([{ avatar_id: null }])
    expect(await ports.storage.stores.files.known([avatar_id])).toEqual([])
    expect(await ports.fileStore.open(avatar_id, 'original')).toBeNull()
  })

  test('is news to every node, also when the person was in no chat', async () => {
    const person = await arrive('mira')
    const news: Envelope[] = []
    const end = ports.bus.subscribe((envelopes) => void news.push(...envelopes))
    await person.deleteAccount(password)
    end()
    expect(news.map(({ event }) => event)).toMatchObject([
      { type: 'user_updated', user: { id: idOf(person), name: '', deleted_at: expect.any(String) } },
      { type: 'session_revoked', session_id: person.sessionId },
    ])
  })

  test('takes back the cookies that carried the session', async () => {
    const headers = { 'content-type': 'application/json', origin: server.url }
    const ask = (method: string, path: string, body: object, cookie = '') =>
      fetch(`${server.url}/api/v1/${path}`, {
        method,
        headers: { ...headers, cookie },
        body: JSON.stringify(body),
      })
    const entered = await ask('POST', 'auth/register', { username: 'baker', password, transport: 'cookie' })
    const jar = entered.headers.getSetCookie().map((line) => line.split(';')[0])
    const answer = await ask('DELETE', 'users/me', { password }, jar.join('; '))
    expect(answer.status).toBe(204)
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^parley_access=;.*Max-Age=0/),
      expect.stringMatching(/^parley_refresh=;.*Max-Age=0/),
    ])
  })

  test('frees the name and the email', async () => {
    const person = await arrive('mira')
    const { username, email } = person.me ?? {}
    if (!username || !email) throw new Error('The person has both')
    await person.deleteAccount(password)
    const heir = await Parley.register({ url: server.url }, { username, email, password })
    expect(idOf(heir)).not.toBe(idOf(person))
    await close(heir)
  })

  test('works without the password for doors that ask for none, and only once', async () => {
    const person = await arrive('mira')
    await deleteAccount(ports, actorOf(person), { kind: 'password', password })
    await expect(deleteAccount(ports, actorOf(person), { kind: 'password', password })).rejects.toMatchObject(
      { code: 'unauthenticated' },
    )
    await expect.poll(() => person.connectionState().status).toBe('closed')
  })

  test('no login that comes at the same moment outlives it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const person = await arrive('mira')
      const login = { login: person.me?.username ?? '', password }
      const attempts = Array.from({ length: 4 }, () => Parley.login({ url: server.url }, login))
      const [outcomes] = await Promise.all([Promise.allSettled(attempts), person.deleteAccount(password)])
      const { sessions } = ports.storage.stores
      expect(await sessions.listLive(idOf(person), ports.clock.now())).toEqual([])
      for (const outcome of outcomes) if (outcome.status === 'fulfilled') await outcome.value.close()
    }
  })
})

describe('A9: to others a deleted person', () => {
  test('is not found by name, username or email', async () => {
    const [person, other] = [await arrive('zenobia'), await arrive('other')]
    const { username, email } = person.me ?? {}
    const found = async (query: string) => (await other.call('listUsers', { query: { query } })).items
    expect(await found('zenobia')).toHaveLength(1)
    await person.deleteAccount(password)
    for (const query of ['zenobia', username ?? '', email ?? '']) expect(await found(query)).toEqual([])
    const everybody = await ports.storage.stores.people.list({ offset: 0, limit: 1000 })
    expect(everybody.map(({ id }) => id)).not.toContain(idOf(person))
    await close(other)
  })

  test('is a deleted account in the history, and whoever shares a chat is told so', async () => {
    const [person, other] = [await arrive('mira'), await arrive('other')]
    const chat = await other.chats.direct(idOf(person))
    const message = await person.chats.handle(chat.id).send('I was here')
    const heard = other.events()
    await person.deleteAccount(password)
    const profile = { id: idOf(person), username: null, name: '', bio: '', deleted_at: expect.any(String) }
    for await (const event of heard) {
      if (event.type !== 'user_updated') continue
      expect(event.user).toMatchObject(profile)
      break
    }
    const history = await other.call('listMessages', { params: { chat_id: chat.id } })
    expect(history.items).toMatchObject([{ id: message.id, sender_id: idOf(person), text: 'I was here' }])
    expect(history.users).toMatchObject([profile])
    const { user } = await other.call('getUser', { params: { user_id: idOf(person) } })
    expect(user).toMatchObject(profile)
    await close(other)
  })

  test('stays in the direct chat, which opens and takes messages as before', async () => {
    const [person, other] = [await arrive('mira'), await arrive('other')]
    const chat = await other.chats.direct(idOf(person))
    await person.deleteAccount(password)
    const body = { kind: 'direct', user_id: idOf(person) } as const
    expect((await other.call('createChat', { body })).chat.id).toBe(chat.id)
    expect((await other.chats.handle(chat.id).send('are you there?')).chat_id).toBe(chat.id)
    await close(other)
  })

  test('comes into no chat any more', async () => {
    const [person, other] = [await arrive('mira'), await arrive('other')]
    const chatId = await group(other)
    await person.deleteAccount(password)
    const userId = idOf(person)
    const params = { chat_id: chatId }
    const attempts = [
      () => other.call('createChat', { body: { kind: 'direct', user_id: userId } }),
      () => other.call('createChat', { body: { kind: 'group', title: 'Group', member_ids: [userId] } }),
      () => other.call('addMembers', { params, body: { user_ids: [userId] } }),
    ]
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'not_found' })
    await close(other)
  })

  test('has left every group, handed over what was owned, and taken along what was nobody else’s', async () => {
    const [person, admin, member] = [await arrive('mira'), await arrive('admin'), await arrive('member')]
    const owned = await group(person, member, admin)
    const params = { chat_id: owned, user_id: idOf(admin) }
    await person.call('updateMember', { params, body: { role: 'admin' } })
    const joined = await group(member, person)
    const alone = await group(person)
    const saved = await person.chats.direct(idOf(person))
    await person.deleteAccount(password)
    expect(await rolesIn(owned)).toEqual({ [idOf(admin)]: 'owner', [idOf(member)]: 'member' })
    expect(await rolesIn(joined)).toEqual({ [idOf(member)]: 'owner' })
    for (const gone of [alone, saved.id]) expect(await ports.storage.stores.chats.find(gone)).toBeNull()
    await expect.poll(() => admin.replica.chat(owned)).toMatchObject({ member_count: 2, role: 'owner' })
    await close(admin, member)
  })
})

describe('A10: a deletion that is interrupted', () => {
  test('has erased the account, and is finished by whichever comes next', async () => {
    const [person, other] = [await arrive('mira'), await arrive('other')]
    const owned = await group(person, other)
    // The server dies here, before the groups are left.
    await eraseAccount(ports, idOf(person))
    expect(await ports.storage.stores.accounts.find(idOf(person))).toBeNull()
    expect(Object.keys(await rolesIn(owned))).toHaveLength(2)
    expect(await ports.storage.stores.accounts.departing()).toEqual([idOf(person)])
    await Promise.all([finishDeletions(ports), finishDeletions(ports)])
    expect(await rolesIn(owned)).toEqual({ [idOf(other)]: 'owner' })
    expect(await ports.storage.stores.accounts.departing()).toEqual([])
    await close(person, other)
  })

  test('is finished by a server that starts', async () => {
    const [person, other] = [await arrive('mira'), await arrive('other')]
    const [first, second] = [await group(person, other), await group(other, person)]
    await eraseAccount(ports, idOf(person))
    await server.restart()
    ports = server.app.ports
    for (const chatId of [first, second]) expect(await rolesIn(chatId)).toEqual({ [idOf(other)]: 'owner' })
    await close(person, other)
  })

  test('leaves nobody in a group that was made or entered at the same moment', async () => {
    const friend = await arrive('friend')
    const open = await group(friend)
    for (let round = 0; round < 10; round += 1) {
      const person = await arrive('mira')
      const userId = idOf(person)
      const makes = Array.from({ length: 8 }, () => group(friend, person))
      const enters = friend.call('addMembers', { params: { chat_id: open }, body: { user_ids: [userId] } })
      const own = group(person, friend)
      // Without the password, whose check would come too late to meet the others.
      await Promise.all([
        Promise.allSettled([...makes, enters, own]),
        deleteAccount(ports, actorOf(person), { kind: 'password', password }),
      ])
      expect(await groupsOf(userId)).toEqual([])
    }
    await close(friend)
  })

  test('does not hold up the others when one cannot be finished', async () => {
    const [person, other] = [await arrive('mira'), await arrive('other')]
    const chatId = await group(other, person)
    await eraseAccount(ports, idOf(person))
    const logged: object[] = []
    const { stores } = ports.storage
    const unknown = randomUUID()
    const accounts = {
      ...stores.accounts,
      departing: async () => [unknown, ...(await stores.accounts.departing())],
    }
    const chats = {
      ...stores.chats,
      idsOf: (userId: Id) =>
        userId === unknown ? Promise.reject(new Error('no')) : stores.chats.idsOf(userId),
    }
    await finishDeletions({
      ...ports,
      storage: { ...ports.storage, stores: { ...stores, accounts, chats } },
      log: { ...ports.log, error: (data) => void logged.push(data) },
    })
    expect(logged).toMatchObject([{ userId: unknown }])
    expect(await rolesIn(chatId)).toEqual({ [idOf(other)]: 'owner' })
    await close(person, other)
  })
})
