// CPU seconds and memory of the processes under test, read from Linux's /proc.
import { readdirSync, readFileSync } from 'node:fs'

/** First processes of the two groups; each stands for itself and everything that it started. null: not measured. */
export interface ProcessRoots {
  readonly server: number | null
  readonly database: number | null
}

/** What the groups have used since they began. null where the group has no root. */
export interface ProcessSample {
  readonly serverCpu: number | null
  readonly databaseCpu: number | null
  readonly serverRssBytes: number | null
  /** Of everything that runs on the machine, and what its host took away from it. */
  readonly machineCpu: number
}

interface ProcessStat {
  readonly pid: number
  readonly parent: number
  /** Ticks of the process itself. */
  readonly ticks: number
  /** Ticks of its children that ended and were waited for. */
  readonly childTicks: number
  readonly rssPages: number
}

/** Linux fixes both on the platforms that Node runs on. */
const ticksPerSecond = 100
const pageBytes = 4096

/**
 * Reads both groups at one moment. The database's group is left out of the server's, even where it is its child. Ended backends
 * of the database count, since their times pass to their parent.
 */
export function sampleProcesses(roots: ProcessRoots): ProcessSample {
  const processes = roots.server === null && roots.database === null ? [] : readProcesses()
  const database = roots.database === null ? [] : treeOf(processes, roots.database, null)
  const server = roots.server === null ? [] : treeOf(processes, roots.server, roots.database)
  return {
    serverCpu: roots.server === null ? null : sum(server, (one) => one.ticks) / ticksPerSecond,
    databaseCpu:
      roots.database === null ? null : sum(database, (one) => one.ticks + one.childTicks) / ticksPerSecond,
    serverRssBytes: roots.server === null ? null : sum(server, (one) => one.rssPages) * pageBytes,
    machineCpu: parseBusyTicks(readFileSync('/proc/stat', 'latin1')) / ticksPerSecond,
  }
}

/** All but the idle ticks in the first line of /proc/stat: user nice system idle iowait irq softirq steal (proc_stat(5)). */
export function parseBusyTicks(text: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = text
    .slice(0, text.indexOf('\n'))
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return user + nice + system + irq + softirq + steal
}

/** The process and its descendants, without the branch that begins at `except`. */
function treeOf(processes: readonly ProcessStat[], root: number, except: number | null): ProcessStat[] {
  const children = Map.groupBy(processes, (one) => one.parent)
  const walk = (one: ProcessStat): ProcessStat[] =>
    one.pid === except ? [] : [one, ...(children.get(one.pid) ?? []).flatMap(walk)]
  return processes.filter((one) => one.pid === root).flatMap(walk)
}

function readProcesses(): ProcessStat[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      return [parseStat(readFileSync(`/proc/${name}/stat`, 'latin1'))]
    } catch {
      // It ended between the listing and the reading.
      return []
    }
  })
}

/** One line of /proc/<pid>/stat; proc_pid_stat(5) numbers its fields from 1. */
export function parseStat(line: string): ProcessStat {
  const nameEnd = line.lastIndexOf(')')
  const fields = line.slice(nameEnd + 2).split(' ')
  const field = (number: number): number => Number(fields[number - 3])
  return {
    pid: Number.parseInt(line, 10),
    parent: field(4),
    ticks: field(14) + field(15),
    childTicks: field(16) + field(17),
    rssPages: field(24),
  }
}

const sum = (items: readonly ProcessStat[], value: (one: ProcessStat) => number): number =>
  items.reduce((total, one) => total + value(one), 0)
