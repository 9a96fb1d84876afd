import { describe, expect, test } from 'vitest'
import { figuresOf, medianOf } from './figures.ts'
import type { PhaseResult } from './load/plan.ts'

const latency = { count: 1, p50: 1, p99: 2, p999: 3, max: 4 }
const result: PhaseResult = {
  seconds: 5,
  messages: 1000,
  deliveries: 500_000,
  bytes: 200_000_000,
  deliveryBytes: 190_000_000,
  reordered: 0,
  delivery: latency,
  ack: latency,
  lag: latency,
  serverCpu: 2.5,
  databaseCpu: 0.5,
  generatorCpu: 1,
  machineCpu: 4.5,
  serverRssBytes: 120_000_000,
  from: 0,
  to: 5_000_000,
}

describe('figures', () => {
  test('rates, costs and shares follow from the counters', () => {
    expect(figuresOf(result)).toMatchObject({
      deliveriesPerSecond: 100_000,
      messagesPerSecond: 200,
      serverCpuPerMillion: 5,
      databaseCpuPerMillion: 1,
      databaseMicrosPerMessage: 500,
      serverShare: 0.5,
      generatorShare: 0.2,
      othersShare: 0.1,
      bytesPerDelivery: 400,
      bytesPerEvent: 380,
      serverRssMegabytes: 120,
    })
  })

  test('what was not measured stays unknown', () => {
    const figures = figuresOf({ ...result, serverCpu: null, databaseCpu: null, serverRssBytes: null })
    expect(figures.serverCpuPerMillion).toBeNull()
    expect(figures.databaseShare).toBeNull()
    expect(medianOf([figures, figures]).serverRssMegabytes).toBeNull()
  })

  test('the median is taken figure by figure', () => {
    const runs = [100, 900, 200].map((deliveries) => figuresOf({ ...result, deliveries }))
    expect(medianOf(runs).deliveriesPerSecond).toBe(40)
    expect(medianOf(runs.slice(0, 2)).deliveriesPerSecond).toBe(100)
  })
})
