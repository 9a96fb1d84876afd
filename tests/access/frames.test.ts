// C2 C4 C6: every frame of a client, by everyone, in every kind of chat, and before and without a session.
import { clientFrames, type ReadyFrame } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { onlyMembers } from './chat-cases.ts'
import { type FrameCase, frameCases } from './frame-cases.ts'
import { type Heard, Listener } from './listener.ts'
import {
  type Cast,
  canary,
  ghostOf,
  type Kind,
  kinds,
  type Scene,
  type Seat,
  Stage,
  seats,
  type Target,
  targetOf,
} from './stage.ts'

const cases = Object.values(frameCases).flat()

let server: TestServer
let stage: Stage
let cast: Cast
const shared = new Map<Kind, Scene>()

beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
  cast = await stage.cast()
  for (const kind of kinds) shared.set(kind, await stage.scene(kind, cast))
})
afterAll(async () => {
  stage.door.close()
  await server.stop()
})

function sharedScene(kind: Kind): Scene {
  const scene = shared.get(kind)
  if (scene === undefined) throw new Error(`no ${kind} chat was made`)
  return scene
}

/** An answer as it came, without the number that tells which frame it answers. */
function answerText(listener: Listener, answer: Heard): string {
  return (listener.texts[listener.heard.indexOf(answer)] ?? '').replace(`"ref":${answer.ref}`, '"ref":0')
}

test('every frame of a client has its place in the table', () => {
  expect(['hello', ...Object.keys(frameCases)].sort()).toEqual(Object.keys(clientFrames).sort())
  for (const [type, items] of Object.entries(frameCases)) {
    expect(items.map((item) => item.frame(targetOf(sharedScene('private'), 'owner')).type)).toEqual(
      items.map(() => type),
    )
  }
})

/** `done`, or the code of the refusal. */
async function tryOut(item: FrameCase, kind: Kind, seat: Seat, expected: string): Promise<string> {
  const scene = expected === 'done' ? await stage.scene(kind, cast) : sharedScene(kind)
  const target = targetOf(scene, seat)
  const listener = await Listener.enter(server.url, scene.cast[seat].token)
  try {
    const answer = await listener.ask(item.frame(target))
    if (answer.type !== 'error') return 'done'
    const text = answerText(listener, answer)
    expect(text).not.toContain(canary)
    if (answer.code === 'not_found') {
      const nothing = await listener.ask(item.frame(ghostOf(target)))
      expect(text).toBe(answerText(listener, nothing))
    }
    return answer.code
  } finally {
    listener.leave()
  }
}

describe.each(cases)('C4 C6 M3: $name', (item) => {
  test.each(kinds)('%s', async (kind) => {
    const { chatId } = sharedScene(kind)
    const before = await stage.versionOf(chatId)
    const expected = seats.map((seat) => {
      const verdict = item.verdicts?.[kind][seat] ?? 200
      return [seat, typeof verdict === 'number' ? 'done' : verdict] as const
    })
    const verdicts: [Seat, string][] = []
    for (const [seat, outcome] of expected) verdicts.push([seat, await tryOut(item, kind, seat, outcome)])
    expect(verdicts).toEqual(expected)
    expect(await stage.versionOf(chatId)).toBe(before)
  })

  test('before hello it is refused, and the socket may still say hello', async () => {
    const target = targetOf(sharedScene('private'), 'owner')
    const listener = new Listener(server.url)
    await listener.opened
    const answer = await listener.ask(item.frame(target))
    const nothing = await listener.ask(item.frame(ghostOf(target)))
    expect(answer).toMatchObject({ type: 'error', code: 'unauthenticated' })
    expect(answerText(listener, answer)).toBe(answerText(listener, nothing))
    expect(await listener.ask({ type: 'hello', token: target.self.token })).toMatchObject({ type: 'ready' })
    listener.leave()
  })
})

describe('hello', () => {
  test('without a token ends the socket', async () => {
    const listener = new Listener(server.url)
    await listener.opened
    expect(await listener.ask({ type: 'hello' })).toMatchObject({ type: 'error', code: 'unauthenticated' })
    expect((await listener.closed).code).toBe(4401)
  })

  test('with the token of a session that was ended ends the socket, whichever way the token came', async () => {
    const { token } = cast.revoked
    const saying = new Listener(server.url)
    const bringing = new Listener(server.url, { headers: { authorization: `Bearer ${token}` } })
    await Promise.all([saying.opened, bringing.opened])
    const answers = [saying.ask({ type: 'hello', token }), bringing.ask({ type: 'hello' })]
    for (const answer of await Promise.all(answers)) {
      expect(answer).toMatchObject({ type: 'error', code: 'session_revoked' })
    }
    expect([(await saying.closed).code, (await bringing.closed).code]).toEqual([4409, 4409])
  })

  test.each(seats)('%s: shows the chats that one is in, and of others not whether they are', async (seat) => {
    for (const kind of kinds) {
      const scene = sharedScene(kind)
      const target = targetOf(scene, seat)
      const [{ text, ready }, nothing] = [await greet(target), await greet(ghostOf(target))]
      const isIn = onlyMembers[kind][seat] === 200
      expect(ready.removed).toEqual(isIn ? [] : [scene.chatId])
      expect(ready.chats.some((chat) => chat.id === scene.chatId)).toBe(isIn)
      expect(ready.messages.map((message) => message.chat_id)).toEqual(
        isIn ? Object.values(scene.messages).map(() => scene.chatId) : [],
      )
      if (!isIn) expect(text).toBe(nothing.text)
    }
  })

  /** Says hello with the target's chat in hand; in the text the chat's id is masked. */
  async function greet({ self, chatId }: Target): Promise<{ text: string; ready: ReadyFrame }> {
    const listener = new Listener(server.url)
    await listener.opened
    const answer = await listener.ask({ type: 'hello', token: self.token, chats: { [chatId]: 0 } })
    if (answer.type !== 'ready') throw new Error(`not let in: ${JSON.stringify(answer)}`)
    listener.leave()
    return { text: answerText(listener, answer).replaceAll(chatId, 'the chat'), ready: answer }
  }
})
