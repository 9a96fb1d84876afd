// What became of the innocent one: medians without and with, and whether that can be borne.
import { type Deed, deeds, type Times } from './innocent.ts'

export interface Outcome {
  readonly sort: string
  readonly without: Times
  readonly beside: Times
}

export interface Verdict {
  /** Of the deed that suffered most. */
  readonly ratio: number
  readonly worst: Deed
  readonly errors: number
}

/** Medians below it count as this much: what nobody notices has no ratio. In milliseconds. */
const floor = 5
const mostRatio = 2

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

const medianOf = (times: Times, deed: Deed): number => Math.max(floor, quantile(times.millis[deed], 0.5))

/** A deed of which nothing succeeded has no median: its errors say enough. */
export function verdictOf({ without, beside }: Outcome): Verdict {
  const ratios = deeds.map((deed) => ({
    worst: deed,
    ratio: medianOf(beside, deed) / medianOf(without, deed),
  }))
  const [first, ...rest] = ratios.filter(({ ratio }) => !Number.isNaN(ratio))
  const none = { worst: deeds[0], ratio: Number.NaN }
  const { worst, ratio } = rest.reduce(
    (most, other) => (other.ratio > most.ratio ? other : most),
    first ?? none,
  )
  return { worst, ratio, errors: beside.errors.length }
}

export const isBearable = ({ ratio, errors }: Verdict): boolean => ratio <= mostRatio && errors === 0
