// The load of `autocommit`: connections that insert one row after the other, each with its own commit, and nothing else. It obeys the
// same commands as the generator; PEER_POSTGRES holds the connection as JSON.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { createMicrosClock } from '../src/load/clock.ts'
import type { Generator } from '../src/load/generator.ts'
import { createLatencyHistogram } from '../src/load/latency-histogram.ts'
import type { LoadPlan, Phase, PhaseResult } from '../src/load/plan.ts'
import { serveLoad } from '../src/load/serve-load.ts'
import { stampedText } from '../src/load/stamped-text.ts'
import { sampleProcesses } from '../src/process-cpu.ts'
import { createTable, insertMessage } from './messages-table.ts'

const connections = 32

async function createAutocommit(plan: LoadPlan): Promise<Generator> {
  const config: pg.ClientConfig = JSON.parse(process.env.PEER_POSTGRES ?? '{}')
  const clients = Array.from({ length: connections }, () => new pg.Client(config))
  for (const client of clients) await client.connect()
  await clients[0]?.query(createTable)
  return {
    run: (phase) => run(clients, phase, plan),
    close: () => {
      for (const client of clients) void client.end()
    },
  }
}

async function run(
  clients: readonly pg.Client[],
  phase: Phase,
  { textBytes, processes }: LoadPlan,
): Promise<PhaseResult> {
  if (phase.mode !== 'closed') throw new Error('Autocommit has no rate of its own to hold')
  const clock = createMicrosClock()
  const ack = createLatencyHistogram()
  let state: 'warming up' | 'measuring' | 'over' = 'warming up'
  let messages = 0

  const insert = async (client: pg.Client, number: number): Promise<void> => {
    const text = stampedText(number, textBytes)
    while (state !== 'over') {
      const begin = clock()
      await client.query(insertMessage(`room${number}`, `person${number}`, text))
      if (state !== 'measuring') continue
      messages += 1
      ack.record(clock() - begin)
    }
  }
  const loops = Promise.all(clients.map(insert))
  await sleep(phase.warmUpMs)
  const before = { sample: sampleProcesses(processes), own: process.cpuUsage(), at: clock() }
  state = 'measuring'
  await sleep(phase.measureMs)
  const own = process.cpuUsage(before.own)
  const after = { sample: sampleProcesses(processes), at: clock() }
  state = 'over'
  await loops
  const none = createLatencyHistogram().summary()
  return {
    seconds: (after.at - before.at) / 1_000_000,
    messages,
    deliveries: 0,
    bytes: 0,
    deliveryBytes: 0,
    delivery: none,
    ack: ack.summary(),
    lag: none,
    reordered: 0,
    serverCpu: null,
    databaseCpu: (after.sample.databaseCpu ?? 0) - (before.sample.databaseCpu ?? 0),
    generatorCpu: (own.user + own.system) / 1_000_000,
    machineCpu: after.sample.machineCpu - before.sample.machineCpu,
    serverRssBytes: null,
    from: before.at,
    to: after.at,
  }
}

serveLoad(createAutocommit)
