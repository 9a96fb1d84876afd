// From counters to the figures that the report shows.
import type { PhaseResult } from './load/plan.ts'

/** What one phase says of a system. Shares are parts of one core; null where the system's CPU is not seen. */
export interface Figures {
  readonly deliveriesPerSecond: number
  readonly messagesPerSecond: number
  /** Send to receive, milliseconds; null where nothing was received. */
  readonly deliveryP50: number | null
  readonly deliveryP99: number | null
  readonly deliveryP999: number | null
  /** Send to acknowledgement, milliseconds. */
  readonly ackP50: number
  readonly ackP99: number
  /** How late the generator sent, milliseconds: contained in the latencies. */
  readonly lagP99: number
  readonly serverCpuPerMillion: number | null
  readonly databaseCpuPerMillion: number | null
  readonly serverMicrosPerMessage: number | null
  readonly databaseMicrosPerMessage: number | null
  readonly serverShare: number | null
  readonly databaseShare: number | null
  readonly generatorShare: number
  /** What the machine spent on anything else, its own housekeeping among it; null where the system's own CPU is not seen. */
  readonly othersShare: number | null
  /** All that the sockets received, divided by the deliveries. */
  readonly bytesPerDelivery: number
  /** The delivery's own frame. */
  readonly bytesPerEvent: number
  /** Deliveries whose number did not follow the one before, of all; null where there were none at all. */
  readonly reorderedShare: number | null
  readonly serverRssMegabytes: number | null
}

export function figuresOf(result: PhaseResult): Figures {
  const { seconds, messages, deliveries } = result
  const each = (total: number | null, divisor: number, factor: number): number | null =>
    total === null || divisor === 0 ? null : (total / divisor) * factor
  const received = result.delivery.count === 0 ? null : result.delivery
  return {
    deliveriesPerSecond: deliveries / seconds,
    messagesPerSecond: messages / seconds,
    deliveryP50: received?.p50 ?? null,
    deliveryP99: received?.p99 ?? null,
    deliveryP999: received?.p999 ?? null,
    ackP50: result.ack.p50,
    ackP99: result.ack.p99,
    lagP99: result.lag.p99,
    serverCpuPerMillion: each(result.serverCpu, deliveries, 1e6),
    databaseCpuPerMillion: each(result.databaseCpu, deliveries, 1e6),
    serverMicrosPerMessage: each(result.serverCpu, messages, 1e6),
    databaseMicrosPerMessage: each(result.databaseCpu, messages, 1e6),
    serverShare: each(result.serverCpu, seconds, 1),
    databaseShare: each(result.databaseCpu, seconds, 1),
    generatorShare: result.generatorCpu / seconds,
    othersShare: each(othersCpu(result), seconds, 1),
    bytesPerDelivery: deliveries === 0 ? 0 : result.bytes / deliveries,
    bytesPerEvent: deliveries === 0 ? 0 : result.deliveryBytes / deliveries,
    reorderedShare: each(result.reordered, deliveries, 1),
    serverRssMegabytes: each(result.serverRssBytes, 1e6, 1),
  }
}

/** Never below zero: the clocks of processes and machine tick apart. */
function othersCpu({ serverCpu, databaseCpu, generatorCpu, machineCpu }: PhaseResult): number | null {
  return serverCpu === null ? null : Math.max(0, machineCpu - serverCpu - (databaseCpu ?? 0) - generatorCpu)
}

/** The middle value of each figure by itself; the mean of the two in the middle for an even number of runs. */
export function medianOf(runs: readonly Figures[]): Figures {
  const [first] = runs
  if (first === undefined) throw new Error('There is no median of nothing')
  const keys = Object.keys(first) as (keyof Figures)[]
  const medians = keys.map((key) => [key, median(runs.map((run) => run[key]))] as const)
  return { ...first, ...Object.fromEntries(medians) }
}

function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.floor((sorted.length - 1) / 2)]
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2
}
