// Medians, percentiles and ratios of plain lists of numbers.

/** The middle value; the mean of the two in the middle of an even number. null for none. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.floor((sorted.length - 1) / 2)]
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2
}

/** The smallest value that `share` (0…1) of the values do not exceed; null for none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}

/** null where one of them is unknown or there is nothing to divide by. */
export const ratio = (value: number | null, divisor: number | null): number | null =>
  value === null || divisor === null || divisor === 0 ? null : value / divisor
