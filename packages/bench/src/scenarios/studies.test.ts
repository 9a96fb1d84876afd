import { describe, expect, test } from 'vitest'
import { defaultStudies, studyOf } from './index.ts'
import { renderStudies, runStudies } from './run-studies.ts'

const never = new Promise<never>(() => {})

/** Against real servers: what breaks when the wire or the tables of the database change. */
describe('studies, in sizes that say nothing', () => {
  test.each(defaultStudies)('%s runs to its end and fills its tables', { timeout: 240_000 }, async (name) => {
    const study = studyOf(name)
    if (study === null) throw new Error('The table lacks a study of its own')
    const ports = { seconds: 0.3, warmUpSeconds: 0.1, repeat: 1, textBytes: 60, progress: () => {} }
    const [report] = await runStudies([study], { ...ports, size: 'small' }, never)
    if (report === undefined) throw new Error('There is no report')
    expect(report.scenario).toBe(name)
    expect(report.tables.length + report.notes.length).toBeGreaterThan(0)
    for (const { columns, rows } of report.tables) {
      expect(rows.length).toBeGreaterThan(0)
      for (const { values, goal } of rows) {
        expect(goal).toBeUndefined()
        expect(values).toHaveLength(columns.length)
        expect(values.some((value) => value !== null && Number.isFinite(value))).toBe(true)
        expect(values.every((value) => value === null || value >= 0)).toBe(true)
      }
    }
    expect(renderStudies([report])).toContain(`## ${study.title}\n`)
  })
})
