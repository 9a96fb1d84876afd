// How many messages a second `parley import` takes: node tests/import/main.ts [people] [chats] [messages].
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { importFrom } from '../../packages/server/src/composition/importer.ts'
import { connectionUrl } from '../../packages/server/src/embedded/endpoint.ts'
import { startEmbeddedPostgres } from '../../packages/server/src/embedded/postgres.ts'
import { windiWorld, writeWindiWorld } from '../../packages/server/test/windi-database.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const [people = 1_000, chats = 200, messages = 100_000] = process.argv.slice(2).map(Number)

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

const dataDir = await mkdtemp(join(tmpdir(), 'parley-import-'))
const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined })
try {
  const admin = new pg.Client(postgres.connection)
  await admin.connect()
  await admin.query('CREATE DATABASE windi')
  await admin.end()
  const windi = { ...postgres.connection, database: 'windi' }
  await writeWindiWorld(windi, windiWorld({ people, chats, messages }))
  const watch = stopwatch()
  const counts = await importFrom(
    postgres.connection,
    { from: 'windi-messenger', url: connectionUrl(windi), matchEmails: false, dryRun: false },
    {
      log: silent,
      onRemark: (remark) => console.log(remark),
      onProgress({ chat, message, read }) {
        if (read.added > 0) watch.begin('reads')
        else if (message.added > 0) watch.begin('messages')
        else watch.begin(chat.added > 0 ? 'chats' : 'people')
      },
    },
  )
  watch.begin('end')
  for (const [phase, ms] of watch.times) console.log(`${phase}: ${Math.round(ms)} ms`)
  const seconds = (watch.times.get('messages') ?? 0) / 1000
  const total = [...watch.times.values()].reduce((sum, ms) => sum + ms, 0) / 1000
  console.log(
    `${message(counts.message.added, seconds)}; with people, chats and ${counts.read.added} readings ${message(counts.message.added, total)}`,
  )
} finally {
  await postgres.stop()
  await rm(dataDir, { recursive: true })
}

function message(count: number, seconds: number): string {
  return `${count} messages in ${seconds.toFixed(1)} s: ${Math.round(count / seconds)} messages a second`
}
