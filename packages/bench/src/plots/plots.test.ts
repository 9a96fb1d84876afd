import { describe, expect, test } from 'vitest'
import { samplePerformance, samplePhase, sampleRun, scenarioRun } from '../../test/sample-run.ts'
import { plotsOf } from './run-plots.ts'
import { roundedUp } from './svg.ts'

const widths = (svg: string): number[] =>
  [...svg.matchAll(/<rect [^>]* width="([\d.]+)" height="18"/g)].map(([, width]) => Number(width))

describe('plots', () => {
  test('a scenario gives bars whose lengths are the figures, the longest across the field', () => {
    const cpu = (serverCpuPerMillion: number, databaseCpuPerMillion: number | null) =>
      samplePhase('saturation', { serverCpuPerMillion, databaseCpuPerMillion })
    const run = scenarioRun(
      '1x10',
      samplePerformance('parley', cpu(3, 1)),
      samplePerformance('c', cpu(2, null)),
    )
    const [plot] = plotsOf(run)
    expect(plot).toMatchObject({ file: '1x10-cpu.svg', of: '1x10' })
    expect(plot?.svg).toContain(
      '<title>Scenario 1x10, saturation: CPU seconds per million deliveries</title>',
    )
    expect(widths(plot?.svg ?? '')).toEqual([375, 125, 250, 0])
  })

  test('what delivers nothing is plotted by its messages', () => {
    const phase = samplePhase('saturation', { deliveriesPerSecond: 0 })
    const files = plotsOf(scenarioRun('durable', samplePerformance('autocommit', phase))).map(
      ({ file }) => file,
    )
    expect(files).toEqual(['durable-messages.svg'])
  })

  test('a table over sizes gives a line plot for each kind of figure that rows share, other tables give none', () => {
    const rows = [
      { label: 'history: p50, ms', values: [1, 2, 4, 4], digits: 1 },
      { label: 'history: p95, ms', values: [1, 2, 4, 4], digits: 1 },
      { label: 'send & ack: p95, ms', values: [2, 2, null, null], digits: 1 },
      { label: 'history: CPU, µs', values: [10, 100, 1000, 100], digits: 0 },
      { label: 'list: CPU, µs', values: [10, 20, 30, 3], digits: 0 },
      { label: 'size, MB', values: [10, 100, 1000, 100], digits: 0 },
    ]
    const study = (...columns: string[]) => [
      { scenario: 'history', title: 'Growth', tables: [{ title: '', columns, rows }], notes: [] },
    ]
    const sizes = ['10,000', '100,000', '1,000,000']
    const plots = plotsOf(sampleRun({ studies: study(...sizes, 'most ÷ fewest') }))
    expect(plots.map(({ file, title }) => [file, title])).toEqual([
      ['history-1.svg', 'Growth: p95, ms'],
      ['history-2.svg', 'Growth: CPU, µs'],
    ])
    expect(plots[0]?.svg).toContain('send &amp; ack</text>')
    expect(plots[0]?.svg.match(/<circle/g)).toHaveLength(5)
    expect(plotsOf(sampleRun({ studies: study('cut', 'killed', 'both', 'none') }))).toEqual([])
  })

  test.each([
    [0, 1],
    [0.7, 1],
    [3, 5],
    [21, 25],
    [100, 100],
  ])('an axis for %d ends at %d', (value, end) => {
    expect(roundedUp(value)).toBe(end)
  })
})
