// What exists for speed alone changes nothing that people get: the same conversation on a server with all of it and on one with none.
import { socketPath } from '@parley/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { createSetup } from '../../../bench/src/setup.ts'
import { startTestServer } from '../../test/harness.ts'
import { type Optimisation, optimisations } from './tuning.ts'

interface Frame {
  readonly type: string
  readonly ref?: number
  readonly message?: { readonly seq: number; readonly text: string }
}

/** Sent without waiting: most of them are written to the database, and to the sockets, together. */
const messageCount = 60

/** The frames that each of three members gets while the first of them sends many messages at once. */
async function converse(tuning: readonly Optimisation[]): Promise<Frame[][]> {
  const server = await startTestServer({ tuning })
  onTestFinished(() => server.stop())
  const { people, createGroup } = createSetup(server.url, () => {})
  const members = await people(3)
  const chat_id = await createGroup(members)
  const sockets = await Promise.all(members.map(({ token }) => connect(server.url, token)))
  for (let ref = 1; ref <= messageCount; ref += 1) {
    sockets[0]?.send({ type: 'send_message', ref, id: crypto.randomUUID(), chat_id, text: `text ${ref}` })
  }
  return Promise.all(sockets.map(({ until }, index) => until(messageCount * (index === 0 ? 2 : 1))))
}

async function connect(url: string, token: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${socketPath}`)
  const frames: Frame[] = []
  let onFrame = (): void => {}
  socket.on('message', (data) => {
    frames.push(JSON.parse(data.toString()))
    onFrame()
  })
  /** Resolves with the frames when there are so many. */
  const until = (count: number): Promise<Frame[]> =>
    new Promise((resolve) => {
      onFrame = () => frames.length >= count && resolve(frames)
      onFrame()
    })
  const send = (frame: object): void => socket.send(JSON.stringify(frame))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  send({ type: 'hello', token, chats: {} })
  await until(1)
  expect(frames.splice(0).map(({ type }) => type)).toEqual(['ready'])
  return { send, until }
}

/** What does not differ from one server to the next. */
const essence = (frames: readonly Frame[], type: string) =>
  frames
    .filter((frame) => frame.type === type)
    .map(({ ref, message }) => ({ ref, seq: message?.seq, text: message?.text }))

test('everybody gets the same events and answers in the same order, with all of it and with none', async () => {
  const [all, none] = await Promise.all([converse(optimisations), converse([])])
  const seqs = Array.from({ length: messageCount }, (_, index) => index + 1)
  for (const type of ['message_created', 'ack']) {
    expect(none.map((frames) => essence(frames, type))).toEqual(all.map((frames) => essence(frames, type)))
  }
  for (const frames of none) expect(essence(frames, 'message_created').map(({ seq }) => seq)).toEqual(seqs)
  expect(essence(none[0] ?? [], 'ack').map(({ ref }) => ref)).toEqual(seqs)
})
