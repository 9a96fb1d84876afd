import { describe, expect, test } from 'vitest'
import { samplePerformance, samplePhase, sampleRun, scenarioRun } from '../test/sample-run.ts'
import { renderReport } from './report.ts'

const compared = scenarioRun(
  '1x10',
  samplePerformance(
    'parley',
    samplePhase('saturation'),
    samplePhase('half'),
    samplePhase('half of socketio', { deliveryP99: 3 }),
  ),
  samplePerformance('socketio', samplePhase('saturation', { serverCpuPerMillion: 18 }), samplePhase('half')),
)

const tablesOf = (text: string): string[][] =>
  text
    .split('\n\n')
    .map((block) => block.split('\n'))
    .filter(([first]) => first?.startsWith('|'))

describe('report', () => {
  test('it says what the machine is, how it was measured and who took part', () => {
    const lines = renderReport(sampleRun()).split('\n')
    expect(lines[0]).toBe('2 × a core, 8 GB, Linux 6, Node v24, today')
    expect(lines).toContain('- **parley**: This working copy. Ready 1.5 s after its first start.')
    expect(lines).toContain('- **c**: The limit. Left out: there is no C compiler (cc).')
  })

  test('a phase is a table with a column per contestant, unknown values as dashes, peers as multiples', () => {
    const text = renderReport(compared)
    expect(text).toContain('### Saturation, 64 senders')
    const [table = []] = tablesOf(text)
    expect(table[0]).toMatch(/\| +parley \| +socketio \|$/)
    expect(table[2]).toMatch(/^\| deliveries per second +\| +123,457 \| +123,457 \(1\.00×\) \|$/)
    expect(table.find((line) => line.includes('server CPU s'))).toMatch(/\| +3\.60 \| +18\.00 \(5\.00×\) \|$/)
    expect(table.find((line) => line.includes('database CPU s'))).toMatch(/\| +– \| +– \|$/)
    expect(new Set(table.map((line) => line.length)).size).toBe(1)
    expect(text).not.toContain('Warning')
  })

  test("a rate that is a peer's stands beside the peer's own figures", () => {
    const text = renderReport(compared)
    expect(text).toContain("### At half of socketio's saturation, 62 messages per second")
    const line = tablesOf(text)[2]?.find((one) => one.includes('send→receive p99, ms'))
    expect(line).toMatch(/\| +3\.0 \| +9\.0 \(3\.00×\) \|$/)
  })

  test('why a peer was out is said', () => {
    const run = scenarioRun(
      '1x10',
      { contestant: 'ws', phases: [], failure: 'The server ended the connection' },
      samplePerformance('parley', samplePhase('saturation')),
    )
    expect(renderReport(run)).toContain('ws was out from there on: The server ended the connection')
  })

  test('a busy generator and a busy machine are warned of', () => {
    const busy = scenarioRun(
      '1x10',
      samplePerformance('parley', samplePhase('saturation', { generatorShare: 0.97, othersShare: 0.6 })),
    )
    const text = renderReport(busy)
    expect(text).toContain('the limit may be its own, in: 1x10, parley, saturation.')
    expect(text).toContain('busy with something else in: 1x10, parley, saturation.')
  })
})
