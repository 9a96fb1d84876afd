// npm run abuse: prints what an innocent person notices of hostile ones. Exits with 1 if that is too much.
import { runAbuse } from './experiment.ts'
import { OptionFault, readOptions, usage } from './options.ts'
import { renderReport } from './report.ts'
import { isBearable, verdictOf } from './verdict.ts'

/** Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args)
    if (options === null) {
      process.stdout.write(usage)
      return 0
    }
    const outcomes = await runAbuse(options, (line) => process.stderr.write(`${line}\n`))
    process.stdout.write(renderReport(outcomes))
    return outcomes.every((outcome) => isBearable(verdictOf(outcome))) ? 0 : 1
  } catch (error) {
    if (error instanceof OptionFault) {
      process.stderr.write(`${error.message}\n\n${usage}`)
      return 2
    }
    process.stderr.write(`abuse failed: ${error instanceof Error ? error.stack : error}\n`)
    return 1
  }
}

process.exit(await main(process.argv.slice(2)))
