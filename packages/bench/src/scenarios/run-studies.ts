// Runs studies one after another, each with its own servers, and renders what they found.
import { formatted, renderTable } from '../table.ts'
import { createTeardown } from '../teardown.ts'
import type { Findings, FindingsTable, Study, StudyPorts } from './study.ts'

export interface StudyReport extends Findings {
  readonly scenario: string
  readonly title: string
}

/** Rejects with the first that fails or when `interruption` does; what was started is stopped by then. */
export async function runStudies(
  studies: readonly Study[],
  ports: Omit<StudyPorts, 'teardown'>,
  interruption: Promise<never>,
): Promise<StudyReport[]> {
  const reports: StudyReport[] = []
  for (const study of studies) {
    ports.progress(study.title)
    const teardown = createTeardown(ports.progress)
    try {
      const findings = await Promise.race([study.run({ ...ports, teardown }), interruption])
      const tables = ports.size === 'real' ? findings.tables : findings.tables.map(withoutGoals)
      reports.push({ scenario: study.name, title: study.title, notes: findings.notes, tables })
    } finally {
      await teardown.run()
    }
  }
  return reports
}

/** Figures that say nothing reach no goal and miss none. */
const withoutGoals = (table: FindingsTable): FindingsTable => ({
  ...table,
  rows: table.rows.map(({ label, values, digits }) => ({ label, values, digits })),
})

/** Markdown that reads as plain text. */
export const renderStudies = (reports: readonly StudyReport[]): string =>
  reports
    .map(({ title, tables, notes }) => [`## ${title}`, ...tables.map(renderFindings), ...notes].join('\n\n'))
    .map((text) => `${text}\n`)
    .join('\n')

function renderFindings({ title, columns, rows }: FindingsTable): string {
  const cells = rows.map(({ label, values, digits }) => [
    label,
    ...values.map((value) => formatted(value, digits)),
  ])
  return `${title}\n\n${renderTable([['', ...columns], ...cells])}`
}
