import { describe, expect, test } from 'vitest'
import type { Figures } from './figures.ts'
import { renderReport } from './report.ts'

const figures: Figures = {
  deliveriesPerSecond: 123_456.7,
  messagesPerSecond: 123.4,
  deliveryP50: 1.25,
  deliveryP99: 9,
  deliveryP999: 20,
  ackP50: 1,
  ackP99: 2,
  lagP99: 0,
  serverCpuPerMillion: 3.6,
  databaseCpuPerMillion: null,
  serverMicrosPerMessage: 3600,
  databaseMicrosPerMessage: null,
  serverShare: 0.5,
  databaseShare: null,
  generatorShare: 0.4,
  othersShare: 0.05,
  bytesPerDelivery: 480,
  bytesPerEvent: 470,
  serverRssMegabytes: 180,
}
const where = { date: 'today', cpu: 'a core', cores: 2, memoryGigabytes: 8, kernel: '6', node: 'v24' }

const reportOf = (changes: Partial<Figures>) =>
  renderReport(
    [
      {
        contestant: 'parley',
        readySeconds: 1.5,
        scenarios: [
          {
            scenario: '1x10',
            title: '1 room of 10 members',
            phases: [
              { phase: 'saturation', rate: null, senders: 64, figures: { ...figures, ...changes }, runs: [] },
              { phase: 'half', rate: 61.7, senders: null, figures, runs: [] },
            ],
          },
        ],
      },
    ],
    where,
  )

describe('report', () => {
  test('a scenario is a table with a column per phase, unknown values as dashes', () => {
    const lines = reportOf({}).split('\n')
    expect(lines[0]).toBe('2 × a core, 8 GB, Linux 6, Node v24, today')
    expect(lines).toContain('## 1 room of 10 members')
    const table = lines.filter((line) => line.startsWith('|'))
    expect(table[0]).toMatch(/\| +parley, saturation \(64 senders\) \| +parley, half \(62 msg\/s\) \|$/)
    expect(table[2]).toMatch(/^\| deliveries per second +\| +123,457 \| +123,457 \|$/)
    expect(table.find((line) => line.includes('database CPU s'))).toMatch(/\| +– \| +– \|$/)
    expect(new Set(table.map((line) => line.length)).size).toBe(1)
    expect(lines.some((line) => line.startsWith('Warning'))).toBe(false)
  })

  test('a busy generator and a busy machine are warned of', () => {
    expect(reportOf({ generatorShare: 0.97 })).toContain(
      'the generator was busy all the time in 1x10, saturation',
    )
    expect(reportOf({ othersShare: 0.6 })).toContain('busy with something else in 1x10, saturation')
  })
})
