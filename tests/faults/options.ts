// The command line of the fault runs.
import { parseArgs } from 'node:util'
import type { FaultKind } from './records.ts'

export interface FaultOptions {
  /** What is killed. */
  readonly faults: readonly FaultKind[]
  /** Whether the answers of commits are lost too. */
  readonly lostCommits: boolean
  readonly kills: number
  readonly senders: number
  readonly seed: number
  readonly calm: number
  readonly keep: string | undefined
}

/** A fault in the command line; the message is for the person who typed it. */
export class OptionFault extends Error {
  override readonly name = 'OptionFault'
}

export const usage = `npm run faults -- [options]

Kills the server, and PostgreSQL with all its processes, in the midst of concurrent senders, and counts what became of
their messages; then, for every command that tells of what it stored, loses the answer of its commit, and looks who was told.
Ends with 1 if an acknowledged message was lost, doubled or misplaced, or if somebody was not told within 5 s.

  --fault name   server, postgres, commits or all (all)
  --kills n      kills of server and postgres (10)
  --senders n    people who send without pause, in groups of about ten (50)
  --calm s       seconds for which everyone is served before the next kill may come (10); with less, the growing pauses of
                 clients that have not forgotten the last kill are measured too
  --seed n       of the moments of the kills (drawn by chance)
  --keep folder  keep everything that happened there, as JSON lines
`

const texts = {
  fault: { type: 'string', default: 'all' },
  kills: { type: 'string', default: '10' },
  senders: { type: 'string', default: '50' },
  calm: { type: 'string', default: '10' },
  seed: { type: 'string' },
  keep: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** null: the person asked for help. Throws OptionFault. */
export function readOptions(args: readonly string[], random: () => number): FaultOptions | null {
  const values = parse(args)
  if (values.help) return null
  return {
    ...faultsOf(values.fault),
    kills: wholeOf('kills', values.kills, 1),
    senders: wholeOf('senders', values.senders, 1),
    calm: numberOf('calm', values.calm, 0),
    seed: values.seed === undefined ? Math.floor(random() * 1e6) : wholeOf('seed', values.seed, 0),
    keep: values.keep,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: texts, strict: true }).values
  } catch (error) {
    throw new OptionFault(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

function faultsOf(text: string): Pick<FaultOptions, 'faults' | 'lostCommits'> {
  switch (text) {
    case 'all':
      return { faults: ['server', 'postgres'], lostCommits: true }
    case 'commits':
      return { faults: [], lostCommits: true }
    case 'server':
    case 'postgres':
      return { faults: [text], lostCommits: false }
    default:
      throw new OptionFault('--fault must be server, postgres, commits or all')
  }
}

function numberOf(name: string, text: string, min: number): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < min) {
    throw new OptionFault(`--${name} must be a number of at least ${min}`)
  }
  return value
}

function wholeOf(name: string, text: string, min: number): number {
  const value = numberOf(name, text, min)
  if (!Number.isInteger(value)) throw new OptionFault(`--${name} must be a whole number`)
  return value
}
