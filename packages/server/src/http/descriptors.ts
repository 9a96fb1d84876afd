// How many files and sockets the process may have open, and how many of them connections may be.
import { readFileSync } from 'node:fs'
import type { Log } from '../core/ports.ts'
import type { ConnectionRules } from './connections.ts'

/** Kept for the database, the files that are read and written, logs, and what Node itself has open. */
const reserve = 160
/** Of systems that do not say. */
const unknownLimit = 4_096
/** More than one server serves. */
const mostConnections = 200_000
const fewConnections = 1_000

/** The limit of this process, from a text like /proc/self/limits (proc(5)); null for none, or where there is no such file. */
export function descriptorLimit(text = limitsOfProcess()): number | null {
  const soft = /^Max open files\s+(\d+)/m.exec(text)?.[1]
  return soft === undefined ? null : Number(soft)
}

function limitsOfProcess(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8')
  } catch {
    return ''
  }
}

/** Warns when there are few. */
export function connectionRules(log: Log, limit = descriptorLimit()): ConnectionRules {
  const max = Math.max(64, Math.min(mostConnections, (limit ?? unknownLimit) - reserve))
  if (max < fewConnections) {
    log.warn(
      { open_files: limit, connections: max },
      'the limit of open files leaves few connections; raise it (ulimit -n)',
    )
  }
  return { max, perAddress: Math.max(32, Math.floor(max / 4)) }
}
