// The figures of the abuse runs as a table.
import type { Deed, Times } from './innocent.ts'
import { deeds } from './innocent.ts'
import { isBearable, type Outcome, quantile, verdictOf } from './verdict.ts'

const columns = ['sort', ...deeds.map((deed) => `${deed} ms`), 'errors', 'ratio', ''] as const

const cell = (times: Times, deed: Deed): string =>
  `${quantile(times.millis[deed], 0.5).toFixed(1)} (${quantile(times.millis[deed], 0.99).toFixed(0)})`

/** A row for each sort: median and p99 of each deed, without and with. */
export function renderReport(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const { sort, without, beside } = outcome
    const verdict = verdictOf(outcome)
    return [
      sort,
      ...deeds.map((deed) => `${cell(without, deed)} → ${cell(beside, deed)}`),
      `${without.errors.length} → ${verdict.errors}`,
      `${verdict.ratio.toFixed(2)} ${verdict.worst}`,
      isBearable(verdict) ? 'ok' : 'FAILS',
    ]
  })
  const lines = [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`)
  const failures = outcomes.flatMap(({ sort, beside }) =>
    [...new Set(beside.errors)].slice(0, 3).map((error) => `${sort}: ${error}\n`),
  )
  return `Medians of the innocent one, p99 in parentheses, before and beside the hostile one.\n\n${lines.join('')}${failures.join('')}`
}
