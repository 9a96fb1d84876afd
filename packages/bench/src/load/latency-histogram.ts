// Counts latencies in log-linear buckets: exact below 128 µs, within 1.6 % above, at a fixed cost per value.

const subBits = 6
const subCount = 1 << subBits
const bucketCount = (31 - subBits + 1) * subCount

/** Milliseconds, from the upper edges of the buckets. All zero when nothing was recorded. */
export interface LatencySummary {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

export interface LatencyHistogram {
  /** Takes whole microseconds; below 0 counts as 0, beyond 2^31 - 1 as that. */
  record(micros: number): void
  /** The smallest latency in microseconds that `share` (0…1) of the values do not exceed. */
  percentile(share: number): number
  summary(): LatencySummary
}

export function createLatencyHistogram(): LatencyHistogram {
  const buckets = new Float64Array(bucketCount)
  let count = 0
  let max = 0

  const percentile = (share: number): number => {
    if (count === 0) return 0
    const rank = Math.max(1, Math.ceil(share * count))
    let seen = 0
    for (let index = 0; index < bucketCount; index++) {
      seen += buckets[index] ?? 0
      if (seen >= rank) return Math.min(highestOf(index), max)
    }
    return max
  }

  return {
    record(micros) {
      const value = micros < 0 ? 0 : micros > 0x7fffffff ? 0x7fffffff : micros | 0
      const index = indexOf(value)
      buckets[index] = (buckets[index] ?? 0) + 1
      count += 1
      if (value > max) max = value
    },
    percentile,
    summary: () => ({
      count,
      p50: percentile(0.5) / 1000,
      p99: percentile(0.99) / 1000,
      p999: percentile(0.999) / 1000,
      max: max / 1000,
    }),
  }
}

/** Values below 2^(subBits + 1) have a bucket each; every later power of two is cut into `subCount` buckets. */
function indexOf(value: number): number {
  const shift = Math.max(0, 31 - Math.clz32(value) - subBits)
  return shift * subCount + (value >> shift)
}

function highestOf(index: number): number {
  const shift = Math.max(0, Math.floor(index / subCount) - 1)
  return (index - shift * subCount + 1) * 2 ** shift - 1
}
