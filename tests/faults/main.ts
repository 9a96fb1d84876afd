// npm run faults: runs the experiments one after another and prints their figures. Exits with 1 if a promise was broken.
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../packages/server/src/embedded/postgres.ts'
import { type Outcome, runExperiment } from './experiment.ts'
import { runLostCommits } from './lost-commits/experiment.ts'
import { openPlace } from './lost-commits/place.ts'
import { type FaultOptions, OptionFault, readOptions, usage } from './options.ts'
import { renderLostCommits, renderReport } from './report.ts'
import { isClean } from './verdict.ts'

/** Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args, Math.random)
    if (options === null) {
      process.stdout.write(usage)
      return 0
    }
    return await run(options)
  } catch (error) {
    if (error instanceof OptionFault) {
      process.stderr.write(`${error.message}\n\n${usage}`)
      return 2
    }
    process.stderr.write(`faults failed: ${error instanceof Error ? error.stack : error}\n`)
    return 1
  }
}

async function run(options: FaultOptions): Promise<number> {
  const killsAreGood = options.faults.length === 0 || (await runKills(options))
  const commitsAreGood = !options.lostCommits || (await loseCommits())
  return killsAreGood && commitsAreGood ? 0 : 1
}

async function runKills({ faults, kills, senders, seed, calm, keep }: FaultOptions): Promise<boolean> {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())
  const outcomes: Outcome[] = []
  for (const fault of faults) {
    const outcome = await runExperiment({
      ...{ fault, kills, senders, seed, calm },
      ...(keep === undefined ? {} : { keep }),
      progress: (line) => process.stderr.write(`${line}\n`),
      signal: interrupted.signal,
    })
    outcomes.push(outcome)
  }
  process.stdout.write(`${renderReport(outcomes)}seed ${seed}, ${senders} senders\n`)
  return outcomes.every(({ verdict }) => isClean(verdict) && verdict.kills === kills)
}

/** On a PostgreSQL of its own. */
async function loseCommits(): Promise<boolean> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'parley-lost-commits-')))
  try {
    const postgres = await startEmbeddedPostgres({ dataDir: folder, log: () => {} })
    try {
      const place = await openPlace(postgres.connection)
      const outcomes = await runLostCommits(place, ({ what, lost }) =>
        process.stderr.write(`${what}${lost ? ', the answer of the commit lost' : ''}\n`),
      )
      await place.close()
      process.stdout.write(`\n${renderLostCommits(outcomes)}`)
      return outcomes.every(({ faults }) => faults.length === 0)
    } finally {
      await postgres.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

process.exit(await main(process.argv.slice(2)))
