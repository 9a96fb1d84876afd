import { describe, expect, onTestFinished, test } from 'vitest'
import { type Contestant, Unavailable } from '../contestant.ts'
import type { Phase } from '../load/plan.ts'
import { runScenario } from '../run-scenario.ts'
import { scenarioOf } from '../scenarios/index.ts'
import { roomsScenario } from '../scenarios/rooms.ts'
import { createTeardown } from '../teardown.ts'
import { createAutocommit } from './autocommit.ts'
import { createCBroadcaster, createWsBroadcaster } from './broadcasters.ts'
import { createSocketIo } from './socketio.ts'

const options = { seconds: 0.3, warmUpSeconds: 0.1, repeat: 1, senders: 4, rate: 50, textBytes: 60 }

async function compete(contestant: Contestant, scenario = roomsScenario(2, 3)) {
  const teardown = createTeardown((line) => {
    throw new Error(line)
  })
  onTestFinished(() => teardown.run())
  const running = await contestant.start(teardown)
  const [performance] = await runScenario(scenario, [{ contestant, running }], options, () => {})
  if (performance === undefined) throw new Error('It took no part')
  expect(performance.failure).toBeNull()
  return performance
}

const modes = (phase: Phase['mode']) =>
  phase === 'closed' ? ['saturation'] : ['saturation', 'half', 'fixed']

describe('peers', () => {
  test.each([
    ['socketio', createSocketIo],
    ['ws', createWsBroadcaster],
  ])('%s delivers every message to everyone in its room', async (_, create) => {
    const { phases } = await compete(create())
    expect(phases.map(({ phase }) => phase)).toEqual(modes('open'))
    for (const { figures } of phases) {
      expect(figures.messagesPerSecond).toBeGreaterThan(0)
      expect(figures.deliveriesPerSecond).toBeGreaterThan(figures.messagesPerSecond)
      expect(figures.deliveryP50).toBeGreaterThan(0)
    }
  })

  test('the C broadcaster delivers too, or says what it lacks', async () => {
    const outcome = await compete(createCBroadcaster()).catch((error: unknown) => error)
    if (outcome instanceof Unavailable) expect(outcome.message).toMatch(/compile/)
    else expect(outcome).toMatchObject({ contestant: 'c', phases: [{ phase: 'saturation' }, {}, {}] })
  })

  test('autocommit writes rows in the durable scenario alone, at its own rate alone', async () => {
    const contestant = createAutocommit()
    expect(contestant.takesPartIn?.(roomsScenario(2, 3))).toBe(false)
    const { phases } = await compete(contestant, scenarioOf('durable') ?? undefined)
    expect(phases.map(({ phase }) => phase)).toEqual(modes('closed'))
    expect(phases[0]?.figures).toMatchObject({
      deliveriesPerSecond: 0,
      deliveryP50: null,
      reorderedShare: null,
    })
    expect(phases[0]?.figures.messagesPerSecond).toBeGreaterThan(0)
  })
})
