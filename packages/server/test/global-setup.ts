// Starts one real PostgreSQL for the whole test run; suites make their own databases in it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type PostgresConnection, startEmbeddedPostgres } from '../src/embedded/postgres.ts'
import type { Settings } from '../src/embedded/settings.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The superuser's connection to the run's PostgreSQL: `inject('postgres')`. */
    postgres: PostgresConnection
  }
}

/** As durable as in production, unless PARLEY_TEST_FSYNC=off asks for speed on a slow disk. */
const quick: Settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** Vitest calls the returned function when the run is over. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-test-'))
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: (level, message, data) => {
      if (level !== 'info') console.error(`PostgreSQL of the test run: ${message}`, data ?? '')
    },
    // Suites run side by side, each with its pools.
    settings: { max_connections: '200', ...(process.env.PARLEY_TEST_FSYNC === 'off' ? quick : {}) },
  })
  project.provide('postgres', postgres.connection)
  return async () => {
    await postgres.stop()
    await rm(dataDir, { recursive: true })
  }
}
