// W2: random JSON in the place of every body and every frame, and fitting ones with random values put somewhere: no answer is a fault
// of the server, and whatever it answers fits its schema (the test server checks that and would answer 500).
import { type ClientFrameType, clientFrames, type RouteName, routes } from '@parley/protocol'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { callOf, type Parts } from '../access/http-door.ts'
import { Listener } from '../access/listener.ts'
import { type Scene, targetOf } from '../access/stage.ts'
import { examplesOf, frameExamplesOf } from './examples.ts'
import { frameRefusalOf, refusalOf, Service } from './service.ts'

let service: Service

beforeAll(async () => {
  service = await Service.start()
})
afterEach(() => service.mustStillServe())
afterAll(() => service.stop())

const names = (Object.keys(routes) as RouteName[]).filter((name) => routes[name].method !== 'GET')
const frameTypes = Object.keys(clientFrames) as ClientFrameType[]
const runs = Number(process.env.PARLEY_INPUT_RUNS ?? 40)

/** Every kind of JSON value, with texts of all of Unicode, and numbers that JSON can say and JavaScript can not. */
const anyJson = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme' }) },
  { weight: 1, arbitrary: fc.constantFrom(-0, 2 ** 53, 1e308, Number.MIN_VALUE, '\u0000', '\ud800', [], {}) },
)

/** Where in a value something else is put, by numbers that choose a way down. */
const anyPlace = fc.array(fc.nat(9), { minLength: 1, maxLength: 3 })

function withValueAt(value: unknown, [step, ...deeper]: readonly number[], put: unknown): unknown {
  if (step === undefined || typeof value !== 'object' || value === null) return put
  const entries = Object.entries(value)
  const key = entries[step % Math.max(entries.length, 1)]?.[0]
  if (key === undefined) return put
  const changed = entries.map(([name, item]) => [name, name === key ? withValueAt(item, deeper, put) : item])
  return Array.isArray(value) ? changed.map(([, item]) => item) : Object.fromEntries(changed)
}

/** A group and people of its own for each call: some of what is random fits, and then ends sessions or deletes chats. */
const ownScene = async (): Promise<Scene> => service.stage.scene('private', await service.stage.cast())

describe.each(names)('W2: %s', (name) => {
  test('answers any body', async () => {
    const scene = await ownScene()
    const examples: readonly Parts[] = examplesOf(scene)[name]
    const anyBody = fc.oneof(
      anyJson,
      fc
        .tuple(fc.nat(examples.length - 1), anyPlace, anyJson)
        .map(([index, place, put]) => withValueAt(examples[index]?.body ?? {}, place, put)),
    )
    await fc.assert(
      fc.asyncProperty(anyBody, async (body) => {
        const { token } =
          name === 'logout' ? await service.stage.people.again(scene.cast.owner) : scene.cast.owner
        const answer = await service.door.send(callOf(name, token, { ...examples[0], body }))
        if (answer.status >= 400) refusalOf(answer)
        else expect(Object.keys(routes[name].answers)).toContain(String(answer.status))
      }),
      { numRuns: runs },
    )
  })
})

/** Frames that are sent over one socket, which bears no more than twenty bad ones. */
const framesPerSocket = 20

describe.each(frameTypes)('W2: %s', (type) => {
  test('answers any frame', async () => {
    const scene = await ownScene()
    const { self } = targetOf(scene, 'owner')
    const example = frameExamplesOf(scene, self)[type]
    const anyFrame = fc.oneof(
      anyJson,
      fc.dictionary(fc.string(), anyJson, { maxKeys: 4 }).map((frame) => ({ ...frame, type })),
      fc.tuple(anyPlace, anyJson).map(([place, put]) => withValueAt(example, place, put)),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyFrame, { minLength: framesPerSocket, maxLength: framesPerSocket }),
        async (frames) => {
          const listener = new Listener(service.url)
          await listener.opened
          if (type !== 'hello') await listener.ask({ type: 'hello', token: self.token })
          const before = listener.heard.length
          for (const frame of frames) listener.send(frame as object)
          await Promise.race([
            listener.closed,
            listener.until('answers to all', () => answersIn(listener) >= before + frames.length),
          ])
          for (const answer of listener.heard) if (answer.type === 'error') frameRefusalOf(answer)
          // A hello that is refused ends the socket; nothing else of this does.
          if (listener.ending !== null) expect([type, listener.ending.code]).toEqual(['hello', 4401])
          listener.leave()
        },
      ),
      { numRuns: Math.ceil(runs / 10) },
    )
  })
})

const answersIn = (listener: Listener): number =>
  listener.heard.filter(({ type }) => ['ready', 'ack', 'error', 'pong'].includes(type)).length
