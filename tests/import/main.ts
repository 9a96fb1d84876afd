// node tests/import/main.ts: takes over databases that were made by chance, compares, and says how many messages a second came.
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Parley } from '@parley/client'
import pg from 'pg'
import { importFrom } from '../../packages/server/src/composition/importer.ts'
import { connectionUrl } from '../../packages/server/src/embedded/endpoint.ts'
import {
  type PostgresConnection,
  startEmbeddedPostgres,
} from '../../packages/server/src/embedded/postgres.ts'
import { migrate } from '../../packages/server/src/storage/migrate.ts'
import type { SourceName } from '../../packages/server/src/storage/sources/source-names.ts'
import { startServer } from '../faults/server-process.ts'
import { type Filled, fill } from './filled.ts'
import { killImports } from './killed.ts'
import { OptionFault, type RunOptions, readOptions, usage } from './options.ts'
import { inDatabase } from './program.ts'
import { worldPassword } from './world.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args)
    if (options === null) {
      process.stdout.write(usage)
      return 0
    }
    let isGood = true
    for (const from of options.from)
      isGood = (await inFolder((folder) => run(from, options, folder))) && isGood
    return isGood ? 0 : 1
  } catch (error) {
    if (error instanceof OptionFault) {
      process.stderr.write(`${error.message}\n\n${usage}`)
      return 2
    }
    process.stderr.write(`import failed: ${error instanceof Error ? error.stack : error}\n`)
    return 1
  }
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'parley-import-')))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Where the server of that folder keeps files. */
const filesIn = (folder: string): string => join(folder, 'data', 'files')

/** On a PostgreSQL of its own. Whether all came. */
async function run(from: SourceName, options: RunOptions, folder: string): Promise<boolean> {
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'databases'), log: () => undefined })
  try {
    const { connection } = postgres
    await inDatabase(connection, (client) => client.query('CREATE DATABASE other'))
    const other = { ...connection, database: 'other' }
    const filled = await fill(from, other, options, folder)
    await migrate(connection, { log: silent })
    const differing = await takenInto(connection, async (pool) => {
      await take(from, filled, options, { connection, other, pool, folder })
      return filled.differences(pool, filesIn(folder))
    })
    for (const line of differing) console.log(line)
    await logIn(filled, connection, folder)
    console.log(
      `${from}: ${differing.length === 0 ? 'all is as it was made, and the old password works' : 'NOT as it was made'}`,
    )
    return differing.length === 0
  } finally {
    await postgres.stop()
  }
}

/** With connections that are gone afterwards: a server that starts ends those that are left. */
async function takenInto<T>(connection: PostgresConnection, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({ ...connection, max: 4 })
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}

interface Databases {
  readonly connection: PostgresConnection
  readonly other: PostgresConnection
  readonly pool: pg.Pool
  readonly folder: string
}

/** Killed as often as it is to be, and then to the end. */
async function take(
  from: SourceName,
  { media }: Filled,
  { people, chats, messages, kills }: RunOptions,
  { connection, other, pool, folder }: Databases,
): Promise<void> {
  const began = performance.now()
  await killImports({
    args: [
      ...['import', '--from', from, '--database', connectionUrl(other)],
      ...(media === undefined ? [] : ['--media', media]),
    ],
    variables: { DATABASE_URL: connectionUrl(connection), PARLEY_DATA_DIR: join(folder, 'data') },
    ...{ pool, kills, rows: people + chats + messages },
    onKilled: (stored, noted) => console.log(`killed: ${stored} messages are stored and ${noted} noted`),
  })
  const watch = stopwatch()
  const counts = await importFrom(
    connection,
    {
      ...{ from, url: connectionUrl(other), matchEmails: false, dryRun: false },
      ...(media === undefined
        ? {}
        : { content: { media, filesFolder: filesIn(folder), keptFree: 0, enter: () => undefined } }),
    },
    {
      log: silent,
      onRemark: (remark) => console.log(remark),
      onProgress({ chat, message, read }) {
        if (read.added + read.known > 0) watch.begin('reads')
        else if (message.added > 0) watch.begin('messages')
        else watch.begin(chat.added + chat.known > 0 ? 'chats' : 'people')
      },
    },
  )
  watch.begin('end')
  for (const [phase, ms] of watch.times) console.log(`${phase}: ${Math.round(ms)} ms`)
  const messagesMs = watch.times.get('messages')
  if (messagesMs !== undefined) console.log(`the last run: ${rate(counts.message.added, messagesMs)}`)
  console.log(`all, with people, chats and readings: ${rate(messages, performance.now() - began)}`)
}

/** Milliseconds between two beginnings, by what was begun. */
function stopwatch() {
  const times = new Map<string, number>()
  let [phase, began] = ['start', performance.now()]
  return {
    times,
    begin(next: string) {
      if (next === phase) return
      times.set(phase, (times.get(phase) ?? 0) + performance.now() - began)
      phase = next
      began = performance.now()
    },
  }
}

const rate = (count: number, ms: number): string =>
  `${count} messages in ${(ms / 1000).toFixed(1)} s: ${Math.round((count * 1000) / ms)} messages a second`

/** As somebody of the world, on a server. Rejects where that is refused. */
async function logIn({ email }: Filled, connection: PostgresConnection, folder: string): Promise<void> {
  const server = await startServer(folder, { databaseUrl: connectionUrl(connection) })
  try {
    const login = { login: email, password: worldPassword }
    const parley = await Parley.login({ url: server.url }, login)
    await parley.logout()
  } finally {
    await server.stop()
  }
}

process.exit(await main(process.argv.slice(2)))
