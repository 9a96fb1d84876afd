// P2, P3: servers one after another on a PostgreSQL of their own: a second one is refused, and what a killed one left on its way does not
// come true behind the back of the next.
import { randomUUID } from 'node:crypto'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PostgresConnection } from '../../packages/server/src/embedded/postgres.ts'
import { type TestDatabase, testDatabase } from '../../packages/server/test/harness-database.ts'
import { HttpDoor } from '../access/http-door.ts'
import { Listener } from '../access/listener.ts'
import { type ServerProcess, startServer } from './server-process.ts'

const patience = { timeout: 120_000 }

let database: TestDatabase
let folder: string
let server: ServerProcess
let clients: pg.Client[] = []
beforeEach(async () => {
  database = await testDatabase()
  folder = await realpath(await mkdtemp(join(tmpdir(), 'parley-takeover-')))
  server = await startServer(folder, { databaseUrl: urlOf(database) })
})
afterEach(async () => {
  await server.stop()
  await Promise.all(clients.map((client) => client.end()))
  clients = []
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

async function connect(): Promise<pg.Client> {
  const client = new pg.Client(urlOf(database))
  await client.connect()
  clients.push(client)
  return client
}

/** For DATABASE_URL, where the host may be the folder of a socket. */
function urlOf({ connection }: TestDatabase): string {
  const { host, port, user, password, database: name } = connection as PostgresConnection
  const at = host.startsWith('/') ? `?host=${encodeURIComponent(host)}&port=${port}` : ''
  const address = host.startsWith('/') ? 'localhost' : `${host}:${port}`
  return `postgres://${user}:${encodeURIComponent(password)}@${address}/${name}${at}`
}

test(
  'P2: a second server on the same database ends with one line that names the first',
  patience,
  async () => {
    const refused = await startServer(folder, { databaseUrl: urlOf(database) }).catch(
      (error: unknown) => error,
    )
    expect(refused).toBeInstanceOf(Error)
    const [said = '', ...more] = (refused as Error).message
      .trim()
      .replace('The server ended with 1: ', '')
      .split('\n')
      // That it stays root with a database that is reached so is another matter (P6).
      .filter((line) => !line.startsWith('parley: runs as root, since '))
    expect(more).toEqual([])
    expect(said).toMatch(/^parley: Another server uses this database: parley on \S+, process \d+.*, since /)
  },
)

test(
  'P3: what a killed server left waiting is undone, and the resend is stored, told and acknowledged',
  patience,
  async () => {
    const { owner, friend, chatId } = await settle(server.url)
    const id = randomUUID()
    // Two: in a transaction PostgreSQL gives the same list of sessions for ever.
    const [holder, observer] = [await connect(), await connect()]
    await holder.query('BEGIN')
    await holder.query('SELECT FROM chats WHERE id = $1 FOR UPDATE', [chatId])
    const sender = await Listener.enter(server.url, owner)
    sender.send({ type: 'send_message', id, chat_id: chatId, text: 'on its way', ref: 1 })
    await expect.poll(() => waitingSends(observer)).toBe(1)
    await server.kill()
    await server.restart()
    // The one who held it lets go: had the dead server's statement been left, it would be carried out now.
    await holder.query('COMMIT')
    const watcher = await Listener.enter(server.url, friend)
    const { rowCount } = await holder.query('SELECT FROM messages WHERE id = $1', [id])
    expect(rowCount).toBe(0)
    const again = await Listener.enter(server.url, owner)
    expect(await again.ask({ type: 'send_message', id, chat_id: chatId, text: 'on its way' })).toMatchObject({
      type: 'ack',
      message: { id, seq: 1 },
    })
    await watcher.until('the message', (frame) => frame.type === 'message_created' && frame.message.id === id)
    for (const listener of [sender, watcher, again]) listener.leave()
  },
)

const waitingSends = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ILIKE '%message%'`,
  )
  return rows[0]?.count ?? 0
}

/** Two people in a group. */
async function settle(url: string) {
  const door = new HttpDoor(url)
  const register = (username: string) =>
    door.ask('register', null, { body: { username, password: 'a long password' } })
  const [owner, friend] = [await register('owner'), await register('friend')]
  const { chat } = await door.ask('createChat', owner.access_token ?? '', {
    body: { kind: 'group', title: 'Group', member_ids: [friend.user.id] },
  })
  door.close()
  return { owner: owner.access_token ?? '', friend: friend.access_token ?? '', chatId: chat.id }
}
