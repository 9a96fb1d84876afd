// The command line of the abuse runs.
import { parseArgs } from 'node:util'
import { sortNames } from './hostile/sorts.ts'

export interface AbuseOptions {
  readonly sorts: readonly string[]
  /** For which the innocent one is measured, without and with. */
  readonly seconds: number
}

/** A fault in the command line; the message is for the person who typed it. */
export class OptionFault extends Error {
  override readonly name = 'OptionFault'
}

export const usage = `npm run abuse -- [options]

Starts the server as an operator does, with its limits on and 1,024 open files, and has one hostile account or address after another
do its worst beside an innocent person in another chat, who sends, reads, searches, logs in and uploads a picture. Ends with 1 if
the innocent one's median answers are more than twice as slow as before, or if anything of the innocent one failed.

  --only names   of ${sortNames.join(', ')} (all)
  --seconds n    for which the innocent one is measured, without and with each (20)
`

/** null: the person asked for help. Throws OptionFault. */
export function readOptions(args: readonly string[]): AbuseOptions | null {
  const values = parse(args)
  if (values.help) return null
  const sorts = values.only === undefined ? sortNames : values.only.split(',')
  const unknown = sorts.find((name) => !sortNames.includes(name))
  if (unknown !== undefined)
    throw new OptionFault(`--only must name some of ${sortNames.join(', ')}; not ${unknown}`)
  const seconds = Number(values.seconds)
  if (!(seconds >= 1)) throw new OptionFault('--seconds must be a number of at least 1')
  return { sorts, seconds }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        seconds: { type: 'string', default: '20' },
        help: { type: 'boolean', short: 'h', default: false },
      },
      strict: true,
    }).values
  } catch (error) {
    throw new OptionFault(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
