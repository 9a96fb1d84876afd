import { describe, expect, test } from 'vitest'
import { samplePerformance, samplePhase, sampleRun, scenarioRun } from '../test/sample-run.ts'
import { goalsOf, verdictOf } from './goals.ts'

const cpu = (name: string, serverCpuPerMillion: number) =>
  samplePerformance(name, samplePhase('saturation', { serverCpuPerMillion }))

const goal = (run: Parameters<typeof goalsOf>[0], says: RegExp) => {
  const found = goalsOf(run).find((one) => says.test(one.says))
  if (found === undefined) throw new Error(`There is no goal ${says}`)
  return { measured: found.measured, verdict: verdictOf(found) }
}

describe('goals', () => {
  test('ratios between contestants are held against their bounds', () => {
    const run = scenarioRun('1x1000', cpu('parley', 3.6), cpu('c', 1.8), cpu('socketio', 18))
    expect(goal(run, /1 room.*C broadcaster/)).toEqual({ measured: 2, verdict: 'no, 1.33 × too much' })
    expect(goal(run, /1 room.*CPU.*socketio/)).toEqual({ measured: 0.2, verdict: 'yes' })
    expect(goal(run, /1 room.*ejabberd/)).toEqual({ measured: null, verdict: 'not measured' })
  })

  test("latencies are compared at the peer's rate", () => {
    const run = scenarioRun(
      '100x10',
      samplePerformance('parley', samplePhase('half'), samplePhase('half of socketio', { deliveryP99: 12 })),
      samplePerformance('socketio', samplePhase('half', { deliveryP99: 8 })),
    )
    expect(goal(run, /100 rooms.*half of socketio/).measured).toBe(1.5)
  })

  test('the CPU of server and database counts where the rate is the same', () => {
    const fixed = (name: string, serverShare: number, databaseShare: number) =>
      samplePerformance(name, samplePhase('fixed', { serverShare, databaseShare }))
    const run = scenarioRun('100x10', fixed('parley', 0.1, 0.1), fixed('socketio', 0.2, 0.3))
    expect(goal(run, /CPU of server and database/)).toEqual({ measured: 0.4, verdict: 'yes' })
  })

  test('too little is said as such', () => {
    const messages = (name: string, messagesPerSecond: number) =>
      samplePerformance(name, samplePhase('saturation', { messagesPerSecond }))
    const run = scenarioRun('durable', messages('parley', 40_000), messages('autocommit', 8_000))
    expect(goal(run, /row by row/)).toEqual({ measured: 5, verdict: 'no, 1.60 × too little' })
  })

  test('studies set goals of their own', () => {
    const row = { label: 'all clients back, s', values: [4, 6], digits: 1 }
    const rows = [
      { ...row, goal: { says: 'back within 5 s', column: 1, atMost: 5 } },
      { ...row, goal: { says: 'no failures', column: 0, atMost: 0 } },
      { ...row, values: [0], goal: { says: 'none at all', column: 0, atMost: 0 } },
      row,
    ]
    const tables = [{ title: 'Back', columns: ['cut', 'killed'], rows }]
    const run = sampleRun({ studies: [{ scenario: 'storm', title: 'Storm', tables, notes: [] }] })
    expect(goal(run, /back within/)).toEqual({ measured: 6, verdict: 'no, 1.20 × too much' })
    expect(goal(run, /no failures/)).toEqual({ measured: 4, verdict: 'no, 4 too many' })
    expect(goal(run, /none at all/)).toEqual({ measured: 0, verdict: 'yes' })
  })
})
