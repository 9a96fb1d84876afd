// `parley import --media …` as a process of its own: whose the files are that it brings beside a server, a kill, and what it says.
import { createHash } from 'node:crypto'
import { chmodSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectionUrl } from '../../packages/server/src/embedded/endpoint.ts'
import {
  emptyDatabase,
  type TestDatabase,
  testDatabase,
} from '../../packages/server/test/harness-database.ts'
import { HttpDoor } from '../access/http-door.ts'
import { generateChatBackend } from '../import/generate-chat-backend.ts'
import { type Generated, readGenerated } from '../import/generated.ts'
import { killImports } from '../import/killed.ts'
import { worldPassword } from '../import/world.ts'
import { runProgram } from './command.ts'
import { emptyFolder, startServer } from './program.ts'

const patience = { timeout: 120_000 }
const sizes = { people: 8, chats: 6, messages: 300 }

let other: TestDatabase
beforeEach(async () => {
  other = await emptyDatabase()
})
afterEach(() => other.drop())

const order = (media: string) => [
  ...['import', '--from', 'chat-backend', '--database', connectionUrl(other.connection), '--media', media],
]

const filesOf = ({ chats }: Generated) =>
  chats.flatMap(({ messages }) => messages.flatMap(({ files }) => files))

/** Somewhere that every user may read. */
async function generated(size = sizes) {
  const folder = emptyFolder()
  chmodSync(folder, 0o755)
  const media = join(folder, 'media')
  return { media, world: await generateChatBackend(other.connection, media, size) }
}

describe('F1 T6: beside a running server with a database of its own', () => {
  test('files are the server’s, whoever imports them, and people download them', patience, async () => {
    const { media, world } = await generated()
    const dataDir = emptyFolder()
    const server = await startServer(dataDir)
    const imported = await runProgram(order(media), { PARLEY_DATA_DIR: dataDir })
    expect(imported).toMatchObject({
      code: 0,
      output: expect.stringContaining(`files: ${filesOf(world).length} came, 0 were here, 0 not taken`),
    })
    const { uid } = statSync(dataDir)
    const owners = readdirSync(join(dataDir, 'files'), { recursive: true, encoding: 'utf8' }).map(
      (name) => statSync(join(dataDir, 'files', name)).uid,
    )
    expect(new Set(owners)).toEqual(new Set([uid]))

    const chat = world.chats.findLast(({ messages }) => messages.some(({ files }) => files.length > 0))
    const sent = chat?.messages.findLast(({ files }) => files.length > 0)
    const reader = chat?.members
      .map((line) => line.split(' ')[0] ?? '')
      .find((email) => email !== sent?.sender)
    const door = new HttpDoor(server.url)
    const { access_token } = await door.ask('login', null, {
      body: { login: reader ?? '', password: worldPassword },
    })
    const token = access_token ?? ''
    const list = await door.ask('listChats', token, {})
    const pages = await Promise.all(
      list.items.map(({ id }) => door.ask('listMessages', token, { params: { chat_id: id } })),
    )
    const found = pages
      .flatMap(({ items }) => items)
      .find(({ files }) => files[0] !== undefined && sent?.files[0]?.startsWith(`${files[0].name} `))
    const [file] = found?.files ?? []
    const answer = await fetch(`${server.url}/api/v1/files/${file?.id}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const content = Buffer.from(await answer.arrayBuffer())
    expect(`${file?.name} ${content.length} ${createHash('sha256').update(content).digest('hex')}`).toBe(
      sent?.files[0],
    )
    door.close()
  })
})

describe('with a database that is given', () => {
  let own: TestDatabase
  let pool: pg.Pool
  beforeEach(async () => {
    own = await testDatabase()
    pool = new pg.Pool({ ...own.connection, max: 4 })
  })
  afterEach(async () => {
    await pool.end()
    await own.drop()
  })

  test('T2 T6: an import that is killed twice brings all files in the end, once', patience, async () => {
    const { media, world } = await generated({ ...sizes, messages: 3_000 })
    const dataDir = emptyFolder()
    const variables = { DATABASE_URL: connectionUrl(own.connection), PARLEY_DATA_DIR: dataDir }
    await killImports({
      ...{ args: order(media), variables, pool, kills: 2 },
      rows: sizes.people + sizes.chats + 3_000,
      onKilled: (stored, noted) => expect(stored).toBe(noted),
    })
    expect(await runProgram(order(media), variables)).toMatchObject({ code: 0 })
    expect(await readGenerated(pool, join(dataDir, 'files'))).toEqual(world)
    const { rows } = await pool.query(
      'SELECT count(*)::int AS count, count(DISTINCT m.message_id)::int AS messages FROM files f JOIN message_files m ON m.file_id = f.id',
    )
    expect(rows[0]).toMatchObject({ count: filesOf(world).length })
  })

  test('F13 T6: what only the operator can mend ends it with a line', patience, async () => {
    const { media } = await generated()
    const dataDir = emptyFolder()
    const variables = { DATABASE_URL: connectionUrl(own.connection), PARLEY_DATA_DIR: dataDir }
    const full = await runProgram(order(media), { ...variables, PARLEY_FILES_FREE_MIN: '5000TB' })
    expect(full.code).toBe(1)
    expect(full.output).toMatch(
      /^parley: The disk of .*files \(PARLEY_FILES_URL\) has no room .* PARLEY_FILES_FREE_MIN: make room/m,
    )
    const none = await runProgram(order(join(media, 'none')), variables)
    expect(none.code).toBe(1)
    expect(none.output).toMatch(/^parley: --media is .*none, which is no folder$/m)
    await startServer(dataDir, variables)
    const elsewhere = await runProgram(order(media), { ...variables, PARLEY_DATA_DIR: emptyFolder() })
    expect(elsewhere.code).toBe(1)
    expect(elsewhere.output).toMatch(
      /^parley: PARLEY_FILES_URL is .*, where the running server keeps no files/m,
    )
  })
})
