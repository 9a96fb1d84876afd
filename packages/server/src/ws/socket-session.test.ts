// Frames and their answers, and how frames of one socket run side by side.
import { type ClientFrame, clientFrames } from '@parley/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { AppError } from '../core/errors.ts'
import { deferred, idOf, messageOf, turn } from '../realtime/test/fakes.ts'
import type { FrameHandlers } from './frames.ts'
import { type Client, chat, startGateway } from './test/harness.ts'

const running: { stop(): Promise<void> }[] = []
const enter = async (handlers: Partial<FrameHandlers> = {}) => {
  const gateway = await startGateway({ handlers })
  running.push(gateway)
  return { ...gateway, client: await gateway.enter(1) }
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((gateway) => gateway.stop()))
})

const sendFrame = (ref: number, id = ref) => ({
  type: 'send_message' as const,
  ref,
  chat_id: idOf(chat),
  id: idOf(id),
  text: `text ${ref}`,
})
const sendAll = (client: Client, frames: readonly ClientFrame[]) => {
  for (const frame of frames) client.send(frame)
}
const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe('answers', () => {
  test.each(['typing', 'ping'] as const)('to %s are those of the table, with the number', async (type) => {
    const { client } = await enter()
    const fields = type === 'typing' ? { chat_id: idOf(chat) } : {}
    expect(await client.ask({ type, ref: 7, ...fields })).toEqual({ type: clientFrames[type].answer, ref: 7 })
  })

  test('say what the handler gave', async () => {
    const message = messageOf(chat, 3, 'as it is stored')
    const { client } = await enter({ edit_message: async () => ({ message }) })
    const frame = { type: 'edit_message', ref: 2, message_id: idOf(3), text: 'new' }
    expect(await client.ask(frame)).toEqual({ type: 'ack', ref: 2, message })
  })

  test('to watching presence are followed by the present state of each', async () => {
    const { client } = await enter()
    client.send({ type: 'watch_presence', ref: 1, user_ids: [idOf(1), idOf(2)] })
    await expect.poll(() => client.frames).toHaveLength(4)
    expect(client.frames.slice(1)).toEqual([
      { type: 'ack', ref: 1 },
      { type: 'presence', user_id: idOf(1), online: true, last_seen_at: null },
      { type: 'presence', user_id: idOf(2), online: false, last_seen_at: null },
    ])
  })

  test('to a frame without a number have none', async () => {
    const { client } = await enter()
    client.send({ type: 'ping' })
    expect(await client.next('pong')).toEqual({ type: 'pong' })
  })
})

describe('errors', () => {
  test('of the core carry their code, the number and whether trying again can help', async () => {
    const { client } = await enter({
      send_message: async () => {
        throw new AppError('rate_limited', { retryAfter: 3 })
      },
    })
    expect(await client.ask(sendFrame(1))).toEqual({
      type: 'error',
      ref: 1,
      code: 'rate_limited',
      detail: 'Too many requests',
      retryable: true,
    })
  })

  test('that nobody foresaw are internal, logged without what the client sent', async () => {
    const { client, lines } = await enter({
      send_message: async () => {
        throw new Error('a broken index')
      },
    })
    expect(await client.ask(sendFrame(1))).toMatchObject({
      code: 'internal',
      detail: expect.not.stringMatching('index'),
    })
    expect(lines).toHaveLength(1)
    expect(JSON.stringify(lines)).not.toContain('text 1')
  })

  test('that end a socket end it', async () => {
    const { client } = await enter({
      edit_message: async () => {
        throw new AppError('session_revoked')
      },
    })
    client.send({ type: 'edit_message', ref: 1, message_id: idOf(1), text: 'new' })
    expect(await client.closed).toEqual({ code: 4409, reason: 'session_revoked' })
    expect(client.frames.at(-1)).toMatchObject({ type: 'error', ref: 1, code: 'session_revoked' })
  })
})

describe('frames of one socket', () => {
  /** A send that is held open until it is let go by id. */
  function heldSend() {
    const begun: string[] = []
    const gates = new Map<string, () => void>()
    const send_message: FrameHandlers['send_message'] = async (_actor, { id, text = '' }) => {
      begun.push(text)
      const gate = deferred<void>()
      gates.set(text, () => gate.resolve())
      await gate.promise
      return { message: { ...messageOf(chat, 1, text), id } }
    }
    return { begun, gates, send_message }
  }

  test('begin in the order in which they were sent, without waiting for answers', async () => {
    const { begun, gates, send_message } = heldSend()
    const { client } = await enter({ send_message })
    sendAll(
      client,
      range(20).map((ref) => sendFrame(ref)),
    )
    await expect.poll(() => begun).toHaveLength(20)
    expect(begun).toEqual(range(20).map((ref) => `text ${ref}`))
    expect(client.frames).toHaveLength(1)
    gates.get('text 7')?.()
    expect(await client.next('ack')).toMatchObject({ ref: 7 })
  })

  test('I8: at most 64 are carried out at once; the others wait, in order', async () => {
    const { begun, gates, send_message } = heldSend()
    const { client } = await enter({ send_message })
    sendAll(
      client,
      range(90).map((ref) => sendFrame(ref)),
    )
    await expect.poll(() => begun).toHaveLength(64)
    await turn()
    expect(begun).toHaveLength(64)
    gates.get('text 3')?.()
    await expect.poll(() => begun).toHaveLength(65)
    for (let release = [...gates.values()]; begun.length < 90; release = [...gates.values()]) {
      for (const go of release) go()
      await turn()
    }
    for (const go of gates.values()) go()
    await expect.poll(() => client.frames).toHaveLength(91)
    expect(begun).toEqual(range(90).map((ref) => `text ${ref}`))
  })

  test('that name the same message are carried out one after the other', async () => {
    const order: string[] = []
    const { begun, gates, send_message } = heldSend()
    const { client } = await enter({
      send_message: async (actor, frame, connection) => {
        const answer = await send_message(actor, frame, connection)
        order.push(`sent ${frame.id}`)
        return answer
      },
      edit_message: async (_actor, { message_id, text }) => {
        order.push(`${text} ${message_id}`)
        return { message: messageOf(chat, 1) }
      },
    })
    client.send(sendFrame(1))
    client.send({ type: 'edit_message', ref: 2, message_id: idOf(1), text: 'first' })
    client.send({ type: 'edit_message', ref: 3, message_id: idOf(2), text: 'other' })
    client.send({ type: 'edit_message', ref: 4, message_id: idOf(1), text: 'second' })
    await expect.poll(() => order).toEqual([`other ${idOf(2)}`])
    expect(begun).toEqual(['text 1'])
    gates.get('text 1')?.()
    await expect.poll(() => client.frames).toHaveLength(5)
    expect(order.slice(1)).toEqual([`sent ${idOf(1)}`, `first ${idOf(1)}`, `second ${idOf(1)}`])
  })
})
