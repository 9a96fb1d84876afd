// One real PostgreSQL for the whole test run, started when the first suite asks for it: a run of tests that need none
// starts none. Suites make their own databases in it (harness-database.ts).
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded/postgres.ts'
import type { Settings } from '../src/embedded/settings.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Answers with the superuser's connection to the run's PostgreSQL as JSON, once it runs; with 500 and why if it cannot. */
    postgresUrl: string
  }
}

/** As durable as in production, unless PARLEY_TEST_FSYNC=off asks for speed on a slow disk. */
const quick: Settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** Vitest calls the returned function when the run is over. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<RunningPostgres> | undefined
  const desk = createServer((_request, response) => {
    starting ??= startPostgres()
    starting.then(
      ({ postgres }) => response.end(JSON.stringify(postgres.connection)),
      (error) => response.writeHead(500).end(String(error)),
    )
  }).listen(0, '127.0.0.1')
  await once(desk, 'listening')
  const address = desk.address()
  if (address === null || typeof address === 'string') throw new Error('The system gave no port')
  project.provide('postgresUrl', `http://127.0.0.1:${address.port}`)
  return async () => {
    desk.close()
    desk.closeAllConnections()
    // One that could not start has told the suites why.
    const running = await starting?.catch(() => undefined)
    await running?.postgres.stop()
    if (running !== undefined) await rm(running.dataDir, { recursive: true })
  }
}

interface RunningPostgres {
  readonly postgres: EmbeddedPostgres
  readonly dataDir: string
}

async function startPostgres(): Promise<RunningPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-test-'))
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: (level, message, data) => {
      if (level !== 'info') console.error(`PostgreSQL of the test run: ${message}`, data ?? '')
    },
    // Suites run side by side, each with its pools.
    settings: { max_connections: '200', ...(process.env.PARLEY_TEST_FSYNC === 'off' ? quick : {}) },
  })
  return { postgres, dataDir }
}
