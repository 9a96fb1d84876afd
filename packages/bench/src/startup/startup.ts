// How long `npm start` takes to serve, on a new folder and on one that is there, and what the server holds when nothing happens.
import { setTimeout as sleep } from 'node:timers/promises'
import { findProcess, rssBytes } from '../process-memory.ts'
import type { Findings, Study, StudyPorts } from '../scenarios/study.ts'
import { type ServerProcess, startServerProcess } from '../server-process.ts'
import { median } from '../statistics.ts'

interface Sizes {
  readonly rounds: number
  /** How long nothing happens before memory is read. */
  readonly idleMs: number
}

const sizes: Record<StudyPorts['size'], Sizes> = {
  real: { rounds: 5, idleMs: 10_000 },
  small: { rounds: 1, idleMs: 500 },
}

const npmStart = ['npm', 'start', '--silent']
/** How the process that serves is told from npm and the script that started it. */
const serverWords = ['packages/server/src/main.ts', 'serve']

export const startupStudy: Study = {
  name: 'startup',
  title: 'Start-up: npm start until /readyz answers',
  async run({ size, repeat, progress, teardown }): Promise<Findings> {
    const { rounds, idleMs } = sizes[size]
    const samples: Sample[] = []
    progress('a first start, which may build the web app and is not counted')
    await (await startServerProcess(teardown, { command: npmStart })).stop()
    for (let round = 0; round < Math.max(rounds, repeat); round++) {
      const server = await startServerProcess(teardown, { command: npmStart })
      await server.stop()
      const existing = await server.restart()
      await sleep(idleMs)
      const sample = { fresh: server.readySeconds, existing, rss: serverRss(server) }
      samples.push(sample)
      await server.stop()
      progress(`new folder ${sample.fresh.toFixed(2)} s, existing folder ${existing.toFixed(2)} s`)
    }
    return findingsOf(samples, idleMs)
  },
}

interface Sample {
  readonly fresh: number
  readonly existing: number
  readonly rss: number
}

function serverRss({ processes }: ServerProcess): number {
  const pid = processes.server === null ? null : findProcess(processes.server, serverWords)
  const bytes = pid === null ? null : rssBytes(pid)
  if (bytes === null) throw new Error('npm start runs no server')
  return bytes
}

function findingsOf(samples: readonly Sample[], idleMs: number): Findings {
  const milliseconds = (value: (sample: Sample) => number): number | null =>
    median(samples.map((sample) => value(sample) * 1000))
  const slowest = (value: (sample: Sample) => number): number => Math.max(...samples.map(value)) * 1000
  const rss = median(samples.map((sample) => sample.rss / 1e6))
  return {
    tables: [
      {
        title: `Starts of each kind: ${samples.length}`,
        columns: ['new folder', 'existing folder'],
        rows: [
          {
            label: 'ready after, median, ms',
            values: [milliseconds((one) => one.fresh), milliseconds((one) => one.existing)],
            digits: 0,
            goal: { says: 'npm start on an existing folder: ready within 2,000 ms', column: 1, atMost: 2000 },
          },
          {
            label: 'ready after, slowest, ms',
            values: [slowest((one) => one.fresh), slowest((one) => one.existing)],
            digits: 0,
          },
          {
            label: `server RSS after ${idleMs / 1000} s idle, MB`,
            values: [null, rss],
            digits: 1,
            goal: { says: 'server RSS when nothing happens: at most 120 MB', column: 1, atMost: 120 },
          },
        ],
      },
    ],
    notes: [
      'From the start of the npm process to the first 200 of /readyz, asked every 10 ms. The RSS is of the process that serves, ' +
        'without PostgreSQL, npm and the script that waits beside it.',
    ],
  }
}
