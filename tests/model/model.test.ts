// I1, I2, I3, I5, I9: random commands against the real server and a plain model.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { anyCommand, resumePerson, type World } from './commands.ts'
import { arrive, type Person } from './person.ts'
import { PlainModel } from './plain-model.ts'
import { verifyEveryone } from './verify.ts'

const runs = Number(process.env.PARLEY_MODEL_RUNS ?? 25)
const peopleCount = 4

let server: TestServer
let arrivals = 0

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

async function newWorld(): Promise<World> {
  const people: Person[] = []
  for (let index = 0; index < peopleCount; index += 1) {
    people.push(await arrive(server.url, `model${arrivals++}`))
  }
  return { people }
}

test('I1 I2 I3 I5 I9: after any commands every replica equals a fresh fetch and the plain model', {
  timeout: 600_000,
}, async () => {
  let compared = 0
  await fc.assert(
    fc.asyncProperty(fc.commands(anyCommand, { maxCommands: 60, size: 'max' }), async (commands) => {
      const world = await newWorld()
      const model = new PlainModel(world.people.map((person) => person.id))
      try {
        await fc.asyncModelRun(() => ({ model, real: world }), commands)
        for (const person of world.people) await resumePerson(model, person)
        await verifyEveryone(model, world.people)
        compared += model.chats.size
      } finally {
        await Promise.all(world.people.map((person) => person.client.close()))
      }
    }),
    { numRuns: runs, endOnFailure: true },
  )
  expect(compared).toBeGreaterThan(0)
})
