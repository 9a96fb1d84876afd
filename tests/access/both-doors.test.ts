// What a call of HTTP and a frame of the socket both ask for is one thing: what one door has done the other finds done, and both answer
// with the same.
import { randomUUID } from 'node:crypto'
import { clientFrames, type SharedRouteName } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import type { Parts } from './http-door.ts'
import { Listener } from './listener.ts'
import { type Scene, Stage } from './stage.ts'

let server: TestServer
let stage: Stage
let scene: Scene

beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
  scene = await stage.scene('private', await stage.cast())
})
afterAll(async () => {
  stage.door.close()
  await server.stop()
})

interface Asked {
  /** Without its type, which the table tells. */
  readonly frame: object
  readonly call: Parts
  /** What the answer to the call says, as the answer to the frame says it. */
  readonly answered: (body: unknown) => object
}

const oneMessage = (body: unknown) => ({ message: (body as { message: object }).message })

/** By the name of the call; one that a frame shares with it and that is not here does not compile. */
const questions: Readonly<Record<SharedRouteName, () => Asked>> = {
  sendMessage() {
    const fields = { id: randomUUID(), text: 'by both doors' }
    const params = { chat_id: scene.chatId }
    return { frame: { ...params, ...fields }, call: { params, body: fields }, answered: oneMessage }
  },
  editMessage() {
    const [params, body] = [{ message_id: own() }, { text: 'changed by both doors' }]
    return { frame: { ...params, ...body }, call: { params, body }, answered: oneMessage }
  },
  deleteMessage() {
    const params = { message_id: own() }
    return { frame: params, call: { params }, answered: oneMessage }
  },
  markRead() {
    const [params, body] = [{ chat_id: scene.chatId }, { seq: 2 }]
    return { frame: { ...params, ...body }, call: { params, body }, answered: (read) => ({ read }) }
  },
  sendTyping() {
    const params = { chat_id: scene.chatId }
    return { frame: params, call: { params }, answered: () => ({}) }
  },
}

function own(): string {
  const id = scene.messages.owner
  if (id === undefined) throw new Error('the owner has said nothing')
  return id
}

const shared = Object.entries(clientFrames).flatMap(([type, { route, answer }]) =>
  route === null ? [] : [{ type, route, answer }],
)

test.each(shared)('$type and $route', async ({ type, route, answer }) => {
  const { token } = scene.cast.owner
  const { frame, call, answered } = questions[route]()
  const listener = await Listener.enter(server.url, token)
  const { ref, ...told } = await listener.ask({ type, ...frame })
  const { status, text } = await stage.door.call(route, token, call)
  expect(status).toBeLessThan(300)
  expect(told).toEqual({ type: answer, ...answered(text === '' ? null : JSON.parse(text)) })
  listener.leave()
})
