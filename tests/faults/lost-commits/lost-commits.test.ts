// R1, R2, R6, I7, I9: the answer of a commit is lost, or everything after it refused, for every command that tells of what it stored.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PostgresConnection } from '../../../packages/server/src/embedded/postgres.ts'
import { type TestDatabase, testDatabase } from '../../../packages/server/test/harness-database.ts'
import { lostCommits } from './cases.ts'
import { runCase, runRefused } from './experiment.ts'
import { openPlace, type Place } from './place.ts'

const core = join(import.meta.dirname, '../../../packages/server/src/core')

describe('the experiment', () => {
  test('knows every command that stores something and tells of it', () => {
    const commands = readdirSync(core, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'transaction.ts')
      // An import tells nobody (T1).
      .filter((file) => !file.startsWith('import/'))
      .filter((file) =>
        /\bcommit(<[^>]*>)?\(\s*ports\b|InDoubtError\)/.test(readFileSync(join(core, file), 'utf8')),
      )
      .map((file) => file.replace(/\.ts$/, ''))
    expect([...new Set(lostCommits.map(({ command }) => command))].toSorted()).toEqual(commands.toSorted())
  })
})

describe('what a command stores and tells of', () => {
  let database: TestDatabase
  let place: Place
  beforeAll(async () => {
    database = await testDatabase()
    place = await openPlace(database.connection as PostgresConnection)
  })
  afterAll(async () => {
    await place.close()
    await database.drop()
  })

  const cases = lostCommits.map((one) => [one.what, one] as const)

  test.each(cases)(
    'R1 R2 I7 I9: with the answer of its commit lost everybody is told within 5 s, and the retry succeeds, as %s',
    async (_, one) => {
      expect(await runCase(place, one, true)).toMatchObject({ faults: [] })
    },
  )

  test.each(cases)(
    'R6: with everything refused after its commit it is answered as done, and everybody is told, as %s',
    async (_, one) => {
      expect(await runRefused(place, one)).toEqual([])
    },
  )

  describe('the control, without the reconciler', () => {
    // It would heal what a command forgets to publish.
    beforeAll(() => place.app.ports.reconciler.stop())

    test.each(cases)('everybody is told by the command itself, as %s', async (_, one) => {
      expect(await runCase(place, one, false)).toMatchObject({ faults: [] })
    })
  })
})
