// What a socket's hello costs the database, and that it is believed by nobody but the database. On the real server.
import { once } from 'node:events'
import { Parley, type ParleyClient } from '@parley/client'
import { socketPath } from '@parley/protocol'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startTestServer, type TestServer } from '../../../test/harness.ts'

let server: TestServer
let person: ParleyClient
let other: ParleyClient
beforeAll(async () => {
  server = await startTestServer()
  // It asks the database once a second, whoever comes.
  await server.app.ports.reconciler.stop()
  const register = (username: string) =>
    Parley.register({ url: server.url }, { username, password: 'a long password' })
  ;[person, other] = await Promise.all([register('mira'), register('theo')])
})
afterAll(async () => {
  await Promise.all([person.close(), other.close()])
  await server.stop()
})

/** The first frame that answers a hello with these versions, and the code with which the socket was closed, if it was. */
async function hello(token: string, chats: Record<string, number>) {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}${socketPath}`)
  await once(socket, 'open')
  const queries = vi.spyOn(pg.Client.prototype, 'query')
  socket.send(JSON.stringify({ type: 'hello', token, chats }))
  const [data] = await once(socket, 'message')
  const statements = queries.mock.calls.map(([statement]: unknown[]) => (statement as { name: string }).name)
  queries.mockRestore()
  const frame = JSON.parse(String(data))
  const closed = once(socket, 'close')
  if (frame.type !== 'error') socket.close()
  const [code] = await closed
  return { frame, statements, code }
}

/** A session without a connection of its own. */
async function login(login: string) {
  const { access_token: token, session_id: sessionId } = await other.call('login', {
    body: { login, password: 'a long password' },
  })
  if (token === undefined) throw new Error('The server kept the token')
  return { token, sessionId }
}

test('S3: from hello to ready the database is asked twice, with a list of chats, changes and people to tell', async () => {
  const { user } = await other.call('getMe')
  const chat = await person.chats.createGroup({ title: 'Group', memberIds: [user.id] })
  await chat.send('text')
  const { token } = await login('mira')
  const { frame, statements } = await hello(token, { [chat.id]: 1 })
  expect(frame).toMatchObject({ type: 'ready', chats: [{ id: chat.id }], messages: [{ text: 'text' }] })
  expect(frame.users).toHaveLength(1)
  expect(statements).toEqual(['reconcile.memberships', 'sync.resume'])
})

test('I7: a session whose end no news told of is refused all the same, and the database asked no more often', async () => {
  const { token, sessionId } = await login('mira')
  expect((await hello(token, {})).frame).toMatchObject({ type: 'ready', session_id: sessionId })
  const { sessions } = server.app.ports.storage.stores
  await sessions.revoke(person.me?.id ?? '', { only: sessionId }, new Date())
  const refused = await hello(token, {})
  expect(refused).toMatchObject({ frame: { type: 'error', code: 'session_revoked' }, code: 4409 })
  expect(refused.statements).toEqual(['reconcile.memberships', 'sync.resume'])
})
