// How long a kill is felt, read off a history.
import type { HistoryLine } from './records.ts'

/** Milliseconds from the kill. */
export interface Recovery {
  /** Until what was killed took connections again; null if it never did. */
  readonly up: number | null
  /** Until anybody was acknowledged a message; null if nobody ever was. */
  readonly firstAck: number | null
  /** Until each sender was, the fastest first. */
  readonly perSender: readonly number[]
}

interface Open {
  readonly killedAt: number
  up: number | null
  readonly served: Map<string, number>
}

/** One for each kill, in order. Acknowledgements count when what was killed is up again. */
export function recoveries(lines: Iterable<HistoryLine>): Recovery[] {
  const kills: Open[] = []
  for (const line of lines) {
    const last = kills.at(-1)
    if (line.op === 'kill') kills.push({ killedAt: line.t, up: null, served: new Map() })
    else if (last === undefined) continue
    else if (line.op === 'up') last.up = line.t - last.killedAt
    else if (line.op === 'ok' && last.up !== null && !last.served.has(line.by)) {
      last.served.set(line.by, line.t - last.killedAt)
    }
  }
  return kills.map(({ up, served }) => {
    const perSender = [...served.values()]
    return { up, firstAck: perSender[0] ?? null, perSender }
  })
}

/** The smallest value that at least this share of the values does not exceed (nearest rank); NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const ascending = [...values].sort((a, b) => a - b)
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? Number.NaN
}
