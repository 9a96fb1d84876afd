// Durable sends on a disk that needs milliseconds for a flush, beside the machine's own disk.
import { createParleyOn } from '../contestants/parley.ts'
import { connectDatabase } from '../embedded-database.ts'
import { type LoadProcess, startLoadProcess } from '../load/load-process.ts'
import type { Phase, PhaseResult } from '../load/plan.ts'
import { fixedRateLength } from '../measurement.ts'
import { createDurableScenario } from '../scenarios/durable.ts'
import type { Findings, FindingsRow, Study, StudyPorts } from '../scenarios/study.ts'
import { type ServerProcess, startServerProcess } from '../server-process.ts'
import { median, ratio } from '../statistics.ts'
import { measureAutocommit } from './autocommit.ts'
import { compileSlowFlush } from './slow-flush.ts'
import { writeLogThrough } from './used-log.ts'

/** Senders with one message on its way. */
const sizes: Record<StudyPorts['size'], number> = { real: 128, small: 8 }
/** Of the database's log, 16 MB each: more than are written before they come round again. */
const logFiles: Record<StudyPorts['size'], number> = { real: 24, small: 1 }
const flushMs = 5
/** More connections than this bring single-row transactions nothing. */
const autocommitConnections = 32
const drainMs = 20_000

export const flushStudy: Study = {
  name: 'flush',
  title: `Durable sends with a flush of ${flushMs} ms`,
  async run(ports): Promise<Findings> {
    const slow = await compileSlowFlush(ports.teardown, flushMs)
    if (slow.kind === 'missing') return { tables: [], notes: [`Not measured: ${slow.reason}.`] }
    const disks = [
      await openDisk(`a flush of ${flushMs} ms`, { LD_PRELOAD: slow.library }, ports),
      await openDisk('the disk as it is', {}, ports),
    ]
    try {
      for (let round = 0; round < ports.repeat; round++) {
        for (const disk of disks) await measure(disk, ports)
      }
    } finally {
      for (const { load } of disks) await load.stop()
    }
    return findingsOf(disks, sizes[ports.size])
  },
}

interface Disk {
  readonly name: string
  readonly server: ServerProcess
  readonly load: LoadProcess
  /** All senders, each with one message on its way. */
  readonly many: PhaseResult[]
  /** The same senders at half of the rate that they then had. */
  readonly half: PhaseResult[]
  readonly alone: PhaseResult[]
  readonly autocommitRates: number[]
}

async function openDisk(
  name: string,
  environment: Readonly<Record<string, string>>,
  { size, teardown, progress, textBytes }: StudyPorts,
): Promise<Disk> {
  const server = await startServerProcess(teardown, { environment })
  await writeLogThrough(server.dataFolder, logFiles[size])
  const parley = createParleyOn(server, progress)
  const layout = await createDurableScenario(sizes[size]).layOut(parley)
  const load = await startLoadProcess({
    codec: parley.codec,
    host: parley.host,
    port: parley.port,
    sockets: layout.people.map(({ token }) => ({ token })),
    chats: layout.chats,
    senders: layout.senders,
    textBytes,
    processes: server.processes,
  })
  return { name, server, load, many: [], half: [], alone: [], autocommitRates: [] }
}

async function measure(
  disk: Disk,
  { size, seconds, warmUpSeconds, textBytes, progress }: StudyPorts,
): Promise<void> {
  const timing = { warmUpMs: warmUpSeconds * 1000, measureMs: seconds * 1000, drainMs }
  const closed = (senders: number): Phase => ({ mode: 'closed', senders, until: 'acked', ...timing })
  const many = await disk.load.run(closed(sizes[size]))
  disk.many.push(many)
  const messagesPerSecond = many.messages / many.seconds / 2
  const measureMs = timing.measureMs * fixedRateLength
  disk.half.push(await disk.load.run({ mode: 'open', messagesPerSecond, ...timing, measureMs }))
  disk.alone.push(await disk.load.run(closed(1)))
  const connect = () => connectDatabase(disk.server.dataFolder)
  const rate = await measureAutocommit(connect, autocommitConnections, 'x'.repeat(textBytes), seconds)
  disk.autocommitRates.push(rate)
  progress(
    `${disk.name}: ${Math.round(many.messages / many.seconds)} messages/s, ack p99 ${many.ack.p99.toFixed(1)} ms, ` +
      `a transaction for each row ${Math.round(rate)}/s`,
  )
}

function findingsOf(disks: readonly Disk[], senders: number): Findings {
  const [slow] = disks
  const row = (label: string, value: (disk: Disk) => number | null, digits: number): FindingsRow => ({
    label,
    values: disks.map(value),
    digits,
  })
  const perSecond = (disk: Disk): number | null => median(disk.many.map((one) => one.messages / one.seconds))
  const flushes = (disk: Disk, milliseconds: number | null): number | null =>
    disk === slow ? ratio(milliseconds, flushMs) : null
  const acked = (which: 'many' | 'half' | 'alone', share: 'p50' | 'p99') => (disk: Disk) =>
    median(disk[which].map((one) => one.ack[share]))
  /** In flushes, with what has to be reached. */
  const p99 = (which: 'many' | 'half' | 'alone', label: string, goal?: string): FindingsRow => ({
    ...row(`${label}send→ack p99, in flushes`, (disk) => flushes(disk, acked(which, 'p99')(disk)), 2),
    ...(goal === undefined ? {} : { goal: { says: goal, column: 0, atMost: 3 } }),
  })
  const goal = `${senders} senders, a flush of ${flushMs} ms`
  return {
    tables: [
      {
        title: `${senders} senders, each with one message on its way, and one alone`,
        columns: disks.map((disk) => disk.name),
        rows: [
          row('durable messages per second', perSecond, 0),
          row('send→ack p50, ms', acked('many', 'p50'), 1),
          row('send→ack p99, ms', acked('many', 'p99'), 1),
          p99('many', '', `${goal}, saturation: p99 within 3 flushes`),
          row('at half of that rate: send→ack p50, ms', acked('half', 'p50'), 1),
          row('at half of that rate: send→ack p99, ms', acked('half', 'p99'), 1),
          p99('half', 'at half of that rate: ', `${goal}, half of that rate: p99 within 3 flushes`),
          row('one sender alone: send→ack p50, ms', acked('alone', 'p50'), 1),
          p99('alone', 'one sender alone: '),
          row(
            `a transaction for each row, ${autocommitConnections} connections, rows per second`,
            (disk) => median(disk.autocommitRates),
            0,
          ),
          row(
            'durable messages per such row',
            (disk) => ratio(perSecond(disk), median(disk.autocommitRates)),
            1,
          ),
        ],
      },
    ],
    notes: [
      `A library that PostgreSQL preloads makes every fdatasync ${flushMs} ms longer. The rows of a transaction each go into an ` +
        'empty table of the same PostgreSQL, without order, members or anything else that a message needs.',
      'Before the first round the log of the database was written through, so that it has files to write over, as after ' +
        'some minutes of use: making a new one holds up whoever waits for it, by 15 ms and more.',
    ],
  }
}
