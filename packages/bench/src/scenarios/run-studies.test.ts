import { describe, expect, test } from 'vitest'
import { renderStudies, runStudies } from './run-studies.ts'
import type { FindingsRow, Study, StudyPorts } from './study.ts'

const never = new Promise<never>(() => {})
const ports = { seconds: 1, warmUpSeconds: 0, repeat: 1, textBytes: 60, progress: () => {} }
const row: FindingsRow = {
  label: 'apples',
  values: [1234.5, null],
  digits: 1,
  goal: { says: 'few apples', column: 0, atMost: 3 },
}

const studyThat = (run: (ports: StudyPorts) => Promise<void>): Study => ({
  name: 'orchard',
  title: 'An orchard',
  async run(given) {
    await run(given)
    return { tables: [{ title: 'Fruit', columns: ['here', 'there'], rows: [row] }], notes: ['Ripe ones.'] }
  },
})

describe('running studies', () => {
  test('findings become a heading, tables and notes, unknown values dashes', async () => {
    const reports = await runStudies([studyThat(async () => {})], { ...ports, size: 'real' }, never)
    expect(reports[0]?.tables[0]?.rows[0]?.goal).toEqual(row.goal)
    const lines = renderStudies(reports).split('\n')
    expect(lines[0]).toBe('## An orchard')
    expect(lines).toContain('Fruit')
    expect(lines.find((line) => line.startsWith('| apples'))).toMatch(/^\| apples \| +1,234\.5 \| +– \|$/)
    expect(lines).toContain('Ripe ones.')
  })

  test('small sizes have no goals', async () => {
    const [report] = await runStudies([studyThat(async () => {})], { ...ports, size: 'small' }, never)
    expect(report?.tables[0]?.rows[0]).toEqual({ label: 'apples', values: [1234.5, null], digits: 1 })
  })

  test('what a study started is stopped when it fails, and when it is interrupted', async () => {
    const stopped: string[] = []
    const failing = studyThat(async ({ teardown }) => {
      teardown.add(async () => void stopped.push('failed'))
      throw new Error('a worm')
    })
    await expect(runStudies([failing], { ...ports, size: 'small' }, never)).rejects.toThrow('a worm')
    const endless = studyThat(({ teardown }) => {
      teardown.add(async () => void stopped.push('interrupted'))
      return never
    })
    const interruption = Promise.reject(new Error('interrupted by SIGINT'))
    await expect(runStudies([endless], { ...ports, size: 'small' }, interruption)).rejects.toThrow('SIGINT')
    expect(stopped).toEqual(['failed', 'interrupted'])
  })
})
