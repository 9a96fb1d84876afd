import { describe, expect, test } from 'vitest'
import type { Contestant } from './contestant.ts'
import { createLatencyHistogram } from './load/latency-histogram.ts'
import type { PhaseResult } from './load/plan.ts'
import { type Entrant, type Measurement, measureInTurns, reportOf } from './measurement.ts'

const none = createLatencyHistogram().summary()
const result: PhaseResult = {
  seconds: 1,
  messages: 10,
  deliveries: 0,
  bytes: 0,
  deliveryBytes: 0,
  reordered: 0,
  delivery: none,
  ack: none,
  lag: none,
  serverCpu: null,
  databaseCpu: null,
  generatorCpu: 0,
  machineCpu: 0,
  serverRssBytes: null,
  from: 0,
  to: 1,
}

/** `failsAt`: the number of the run that fails. */
function measurement(name: string, log: string[], failsAt = 0, isSubject = false): Measurement {
  const contestant: Contestant = {
    name,
    about: '',
    isSubject,
    start: () => Promise.reject(new Error('It runs already')),
  }
  let runs = 0
  const entrant: Entrant = {
    contestant,
    running: {
      codec: 'relay',
      host: '',
      port: 0,
      readySeconds: null,
      processes: { server: null, database: null },
      people: () => Promise.resolve([]),
      createGroup: () => Promise.resolve(''),
      createDirect: () => Promise.resolve(''),
    },
    layout: { people: [], chats: [], senders: [] },
    load: {
      run() {
        log.push(name)
        runs += 1
        return runs === failsAt ? Promise.reject(new Error(`${name} broke`)) : Promise.resolve(result)
      },
      stop: () => Promise.resolve(),
    },
    failure: null,
  }
  const timing = { warmUpMs: 0, measureMs: 1, drainMs: 1 }
  return {
    entrant,
    name: 'saturation',
    phase: { mode: 'closed', senders: 2, until: 'acked', ...timing },
    runs: [],
  }
}

describe('measuring in turns', () => {
  test('every round measures each once, and another one begins', async () => {
    const log: string[] = []
    const all = ['a', 'b', 'c'].map((name) => measurement(name, log))
    await measureInTurns(all, 3, () => {})
    expect(log.join('')).toBe('abcbcacab')
    expect(all.map(({ runs }) => runs.length)).toEqual([3, 3, 3])
  })

  test('a peer that fails is out and keeps what it had', async () => {
    const log: string[] = []
    const [good, bad] = [measurement('good', log), measurement('bad', log, 2)]
    await measureInTurns([good, bad], 3, () => {})
    expect(bad.entrant.failure).toBe('bad broke')
    expect([good.runs.length, bad.runs.length]).toEqual([3, 1])
    expect(reportOf(bad)?.figures.messagesPerSecond).toBe(10)
  })

  test('the subject that fails ends the run', async () => {
    await expect(measureInTurns([measurement('parley', [], 1, true)], 1, () => {})).rejects.toThrow(
      'parley broke',
    )
  })

  test('nothing is reported of what never ran', () => {
    expect(reportOf(measurement('late', []))).toBeNull()
  })
})
