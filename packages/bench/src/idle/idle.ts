// What connections cost that do nothing: memory of the server for each, and CPU for its heartbeat.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { timings } from '@parley/protocol'
import { createParleyOn } from '../contestants/parley.ts'
import { type ProcessSample, sampleProcesses } from '../process-cpu.ts'
import { type Remote, startRemote } from '../remote.ts'
import type { Findings, FindingsRow, Study, StudyPorts } from '../scenarios/study.ts'
import { type ServerProcess, serverHost, startServerProcess } from '../server-process.ts'
import { ratio } from '../statistics.ts'
import { hardLimit, launcherFor } from './open-files.ts'
import type { HolderAnswer, HolderQuestion } from './worker.ts'

interface Sizes {
  readonly connections: number
  readonly accounts: number
  /** How long the server is left alone before its memory is read. */
  readonly settleMs: number
  /** How long its CPU is watched: some heartbeats. */
  readonly watchMs: number
}

const sizes: Record<StudyPorts['size'], Sizes> = {
  real: { connections: 10_000, accounts: 1000, settleMs: 10_000, watchMs: 2 * timings.ping },
  small: { connections: 100, accounts: 10, settleMs: 200, watchMs: 1000 },
}
/** Files that a process has open besides the connections. */
const otherFiles = 500
/** Read at these shares of all connections: each step costs the same if the cost is one of connections. */
const steps = [0, 0.5, 1]

export const idleStudy: Study = {
  name: 'idle',
  title: `Idle: ${sizes.real.connections.toLocaleString('en')} connections that do nothing`,
  async run({ size, progress, teardown }): Promise<Findings> {
    const { connections, accounts, settleMs, watchMs } = sizes[size]
    const launcher = launcherFor(connections + otherFiles)
    if (launcher === null) {
      const reason = `a process may have ${hardLimit()} files open here, and the limit cannot be raised`
      return { tables: [], notes: [`Not measured: ${reason}.`] }
    }
    const server = await startServerProcess(teardown, { launcher })
    const people = await createParleyOn(server, progress).people(accounts)
    const tokens = Array.from({ length: connections }, (_, index) => people[index % accounts]?.token ?? '')
    // Without what hashing so many passwords left in its memory, which connections would fill unseen.
    await server.stop()
    await server.restart()
    const worker = join(import.meta.dirname, 'worker.ts')
    const holder = startRemote<HolderQuestion, HolderAnswer>(worker, teardown, launcher)
    await holder.ask({ type: 'plan', plan: { host: serverHost, port: server.port, tokens } })
    const states: State[] = []
    for (const share of steps) {
      const open = Math.round(connections * share)
      await holder.ask({ type: 'open', count: open - (states.at(-1)?.open ?? 0) })
      await sleep(settleMs)
      const state = await watch(server, open, watchMs)
      states.push(state)
      progress(`${open} connections: server ${(state.rssBytes / 1e6).toFixed(1)} MB`)
    }
    await requireOpen(holder)
    return findingsOf(states, accounts)
  },
}

interface State {
  readonly open: number
  readonly rssBytes: number
  /** Milliseconds for each second. */
  readonly serverCpu: number
  readonly databaseCpu: number
}

async function watch(server: ServerProcess, open: number, watchMs: number): Promise<State> {
  const before = sampleProcesses(server.processes)
  await sleep(watchMs)
  const after = sampleProcesses(server.processes)
  const perSecond = (value: (sample: ProcessSample) => number | null): number =>
    (((value(after) ?? 0) - (value(before) ?? 0)) * 1000) / (watchMs / 1000)
  return {
    open,
    rssBytes: after.serverRssBytes ?? 0,
    serverCpu: perSecond((sample) => sample.serverCpu),
    databaseCpu: perSecond((sample) => sample.databaseCpu),
  }
}

async function requireOpen(holder: Remote<HolderQuestion, HolderAnswer>): Promise<void> {
  const { count, reason } = await holder.ask({ type: 'ended' })
  if (count > 0) throw new Error(`${count} idle connections ended: ${reason}`)
}

function findingsOf(states: readonly State[], accounts: number): Findings {
  const row = (
    label: string,
    value: (state: State, index: number) => number | null,
    digits: number,
  ): FindingsRow => ({
    label,
    values: states.map(value),
    digits,
  })
  /** KiB that came with each connection since an earlier state. */
  const rssSince = (before: State | undefined, now: State): number | null =>
    before === undefined ? null : ratio((now.rssBytes - before.rssBytes) / 1024, now.open - before.open)
  return {
    tables: [
      {
        title: `Of ${accounts.toLocaleString('en')} accounts`,
        columns: states.map(({ open }) => `${open.toLocaleString('en')} connections`),
        rows: [
          row('server RSS, MB', (state) => state.rssBytes / 1e6, 1),
          {
            ...row('server RSS per connection, KiB', (state) => rssSince(states[0], state), 2),
            goal: {
              says: `${states.at(-1)?.open.toLocaleString('en')} idle connections: at most 12 KiB of server RSS each`,
              column: states.length - 1,
              atMost: 12,
            },
          },
          row(
            'of those since the column before, KiB each',
            (state, index) => rssSince(states[index - 1], state),
            2,
          ),
          row('server CPU, ms per second', (state) => state.serverCpu, 2),
          row('database CPU, ms per second', (state) => state.databaseCpu, 2),
        ],
      },
    ],
    notes: [
      `The server pings each connection every ${timings.ping / 1000} s, and each answers. RSS as it is, without forced collections; ` +
        'per connection it is what was added since there was none, logins included.',
    ],
  }
}
