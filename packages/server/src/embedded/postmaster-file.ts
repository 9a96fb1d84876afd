// Reads the files in which a running PostgreSQL says who it is, how it was started and how it is reached
// (source for postmaster.pid: the LOCK_FILE_LINE constants in PostgreSQL's miscadmin.h).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from './errors.ts'

export type PostmasterFile = {
  pid: number
  port: number
  /** Over TCP on the loopback address; otherwise over the socket in the cluster's folder. */
  tcp: boolean
  /** Accepts connections, as far as it says. */
  ready: boolean
}

/** Undefined if there is none, or none that is complete: PostgreSQL writes it line by line while it starts. */
export function readPostmasterFile(folder: string): PostmasterFile | undefined {
  const lines = readLines(join(folder, 'postmaster.pid'))
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  return {
    pid,
    port: Number(lines[3] ?? 0),
    tcp: (lines[5] ?? '').trim() !== '',
    ready: (lines[7] ?? '').trim() === 'ready',
  }
}

/** The `parley.launch` setting that the last start was given; PostgreSQL notes its arguments in postmaster.opts. */
export function readLaunchMark(folder: string): string | undefined {
  const text = readLines(join(folder, 'postmaster.opts')).join()
  return /parley\.launch=([0-9a-f]+)/.exec(text)?.[1]
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch (error) {
    // Windows refuses while PostgreSQL is writing.
    if (['ENOENT', 'EBUSY', 'EPERM'].includes(errnoOf(error) ?? '')) return []
    throw error
  }
}
