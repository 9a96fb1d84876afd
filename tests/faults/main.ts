// npm run faults: runs the experiments one after another and prints their figures. Exits with 1 if a promise was broken.
import { type Outcome, runExperiment } from './experiment.ts'
import { type FaultOptions, OptionFault, readOptions, usage } from './options.ts'
import { renderReport } from './report.ts'
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

async function run({ faults, kills, senders, seed, calm, keep }: FaultOptions): Promise<number> {
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
  const isGood = outcomes.every(({ verdict }) => isClean(verdict) && verdict.kills === kills)
  return isGood ? 0 : 1
}

process.exit(await main(process.argv.slice(2)))
