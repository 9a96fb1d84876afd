// I7 S6: every event of the protocol reaches those whom it concerns and nobody else.
import { durableEvents, passingEvents } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { type EventCase, eventCases } from './event-cases.ts'
import { ears, Hearing } from './hearing.ts'
import { Stage } from './stage.ts'

let server: TestServer
let stage: Stage

beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
})
afterAll(async () => {
  stage.door.close()
  await server.stop()
})

test('every event has its place in the table, and is caused there', () => {
  expect(Object.keys(eventCases).sort()).toEqual(Object.keys({ ...durableEvents, ...passingEvents }).sort())
  for (const [type, cases] of Object.entries(eventCases)) {
    expect(
      cases
        .flatMap((item) => Object.values(item.heard))
        .join(' ')
        .split(' '),
    ).toContain(type)
  }
})

async function tryOut({ kind, before, action }: EventCase): Promise<Record<string, string>> {
  const hearing = await Hearing.begin(stage, kind)
  try {
    await before?.(hearing)
    await hearing.heard()
    const toldBefore = hearing.revoked.heard.length
    await action(hearing)
    const heard = await hearing.heard()
    expect(hearing.revoked.heard.length).toBe(toldBefore)
    expect(hearing.revoked.ending?.code).toBe(4409)
    return Object.fromEntries(ears.map((ear) => [ear, heard[ear].map((frame) => frame.type).join(' ')]))
  } finally {
    hearing.end()
  }
}

describe.each(Object.entries(eventCases))('%s', (_, cases) => {
  test.each(cases)('$kind: $what', async (item) => {
    const silence = Object.fromEntries(ears.map((ear) => [ear, '']))
    expect(await tryOut(item)).toEqual({ ...silence, ...item.heard })
  })
})
