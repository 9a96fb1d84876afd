// A run of the bench as its JSON holds it, with figures that are easy to reckon with.
import type { BenchRun } from '../src/bench-run.ts'
import type { Figures } from '../src/figures.ts'
import type { PhaseName, PhaseReport } from '../src/measurement.ts'
import type { Performance } from '../src/run-scenario.ts'

const sampleFigures: Figures = {
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
  reorderedShare: 0,
  serverRssMegabytes: 180,
}

export const samplePhase = (phase: PhaseName, changes: Partial<Figures> = {}): PhaseReport => ({
  phase,
  rate: phase === 'saturation' ? null : 61.7,
  senders: phase === 'saturation' ? 64 : null,
  figures: { ...sampleFigures, ...changes },
  runs: [],
})

export const samplePerformance = (contestant: string, ...phases: PhaseReport[]): Performance => ({
  contestant,
  phases,
  failure: null,
})

export const sampleRun = (changes: Partial<BenchRun> = {}): BenchRun => ({
  environment: { date: 'today', cpu: 'a core', cores: 2, memoryGigabytes: 8, kernel: '6', node: 'v24' },
  options: { seconds: 5, warmUpSeconds: 1, repeat: 3, senders: null, rate: null, textBytes: 100 },
  contestants: [
    { name: 'parley', about: 'This working copy.', readySeconds: 1.5, skipped: null },
    { name: 'c', about: 'The limit.', readySeconds: null, skipped: 'there is no C compiler (cc)' },
  ],
  scenarios: [],
  studies: [],
  ...changes,
})

/** One scenario with these performances. */
export const scenarioRun = (scenario: string, ...performances: Performance[]): BenchRun =>
  sampleRun({ scenarios: [{ scenario, title: `Scenario ${scenario}`, performances }] })
