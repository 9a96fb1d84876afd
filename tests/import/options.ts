// The command line of the import runs.
import { parseArgs } from 'node:util'
import { type ProgramName, programs } from './programs.ts'
import type { WorldSize } from './world.ts'

export interface RunOptions extends WorldSize {
  readonly from: readonly ProgramName[]
  readonly kills: number
}

/** A fault in the command line; the message is for the person who typed it. */
export class OptionFault extends Error {
  override readonly name = 'OptionFault'
}

const sourceNames = Object.values(programs).map(({ name }) => name)

export const usage = `node tests/import/main.ts [options]

Makes a database as another program keeps it, takes it over, and compares all that came with all that was made; then somebody logs in
with the password of before. Prints how many messages a second were taken. Ends with 1 if anything differs.

  --from name    ${sourceNames.join(', ')} (each)
  --people n     (1000)
  --chats n      (200)
  --messages n   (100000)
  --kills n      how often the import is killed on its way and begun again (0)
`

const numbers = { people: '1000', chats: '200', messages: '100000', kills: '0' } as const

/** null: the person asked for help. Throws OptionFault. */
export function readOptions(args: readonly string[]): RunOptions | null {
  const values = parse(args)
  if (values.help) return null
  const from = sourceNames.filter((name) => values.from === undefined || name === values.from)
  if (from.length === 0) throw new OptionFault(`--from must be one of ${sourceNames.join(', ')}`)
  const numberOf = (name: keyof typeof numbers, min: number): number => {
    const number = Number(values[name])
    if (!Number.isInteger(number) || number < min)
      throw new OptionFault(`--${name} must be a whole number of at least ${min}`)
    return number
  }
  const sizes = {
    people: numberOf('people', 3),
    chats: numberOf('chats', 1),
    messages: numberOf('messages', 1),
  }
  return { from, ...sizes, kills: numberOf('kills', 0) }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        from: { type: 'string' },
        people: { type: 'string', default: numbers.people },
        chats: { type: 'string', default: numbers.chats },
        messages: { type: 'string', default: numbers.messages },
        kills: { type: 'string', default: numbers.kills },
        help: { type: 'boolean', short: 'h', default: false },
      },
      strict: true,
    }).values
  } catch (error) {
    throw new OptionFault(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
