// One hostile sort after another beside an innocent person, on one server with its limits on.
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startServer } from '../faults/server-process.ts'
import { startHostile } from './hostile-process.ts'
import { arrive } from './innocent.ts'
import type { AbuseOptions } from './options.ts'
import type { Outcome } from './verdict.ts'

/** What many systems give a process. */
const openFiles = 1_024
/** The hostile one is at work before the innocent one is looked at, in milliseconds. */
const warmUp = 1_500

/** Rejects when the experiment could not be carried out. */
export async function runAbuse(
  { sorts, seconds }: AbuseOptions,
  progress: (line: string) => void = () => undefined,
): Promise<Outcome[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'parley-abuse-')))
  try {
    progress('starting the server')
    const server = await startServer(folder, { variables: { PARLEY_RATE_LIMITS: 'on' }, openFiles })
    try {
      const outcomes: Outcome[] = []
      for (const [index, sort] of sorts.entries()) {
        progress(`${sort}: ${index + 1} of ${sorts.length}`)
        outcomes.push(await runSort(server.url, { sort, seconds, net: `127.0.${index + 1}` }))
      }
      return outcomes
    } finally {
      await server.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Setting {
  readonly sort: string
  readonly seconds: number
  /** Of both addresses: what one sort has spent is not missed by the next. */
  readonly net: string
}

async function runSort(url: string, { sort, seconds, net }: Setting): Promise<Outcome> {
  const name = `innocent-${sort}`
  const innocent = await arrive(url, `${net}.1`, name)
  try {
    const hostile = await startHostile({ sort, url, address: `${net}.2`, innocent: name })
    try {
      const without = await innocent.measure(seconds)
      hostile.begin()
      await pause(warmUp)
      const beside = await innocent.measure(seconds)
      return { sort, without, beside }
    } finally {
      await hostile.end()
    }
  } finally {
    innocent.close()
  }
}
