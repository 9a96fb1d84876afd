// P3, I1–I4, I9: one kill of each kind under a small load, by the driver of `npm run faults`; and that the driver would
// notice a database that forgets.
import pg from 'pg'
import { expect, test } from 'vitest'
import { findRunningPostgres } from '../../packages/server/src/embedded/postgres.ts'
import { type ExperimentOptions, runExperiment } from './experiment.ts'
import type { FaultKind } from './records.ts'
import { renderReport } from './report.ts'
import type { ServerProcess } from './server-process.ts'
import { isClean } from './verdict.ts'

const patience = { timeout: 120_000 }
const small = { kills: 1, senders: 10, calm: 0.5, seed: 1 } satisfies Omit<ExperimentOptions, 'fault'>

test.each<FaultKind>(['server', 'postgres'])(
  'P3 I1 I2 I3 I4 I9: no acknowledged message is lost, doubled or misplaced when kill -9 hits the %s',
  patience,
  async (fault) => {
    const outcome = await runExperiment({ ...small, fault })
    expect(outcome.verdict).toMatchObject({ kills: 1, clients: 10, examples: [] })
    expect(isClean(outcome.verdict), renderReport([outcome])).toBe(true)
    // The kill came in the midst of sends, and everybody was served afterwards.
    expect(outcome.verdict.cutOff).toBeGreaterThan(0)
    expect(outcome.recoveries.map(({ perSender }) => perSender.length)).toEqual([10])
  },
)

test('a PostgreSQL that confirms commits before they are on disk is found out', patience, async () => {
  const { verdict } = await runExperiment({
    ...small,
    fault: 'postgres',
    catchUp: 1,
    prepare: confirmTooEarly,
  })
  expect(isClean(verdict)).toBe(false)
  expect(verdict.lost + verdict.duplicated + verdict.misordered).toBeGreaterThan(0)
})

/** For all sessions from now on; those that are open are cut. */
async function confirmTooEarly({ dataFolder }: ServerProcess): Promise<void> {
  const client = new pg.Client(findRunningPostgres(dataFolder))
  await client.connect()
  try {
    await client.query(`ALTER DATABASE "${client.database}" SET synchronous_commit = off`)
    await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    )
  } finally {
    await client.end()
  }
}
