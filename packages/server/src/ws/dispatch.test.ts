// Frame → command → answer, and how frames of one socket run side by side.
import type { ClientFrame } from '@parley/protocol'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { AppError } from '../core/errors.ts'
import { actorOf, deferred, idOf, messageOf, turn } from '../realtime/test/fakes.ts'
import type { CommandFrame, DispatchCommands } from './dispatch.ts'
import { type Client, chat, startGateway } from './test/harness.ts'

const running: { stop(): Promise<void> }[] = []
const enter = async (commands: Partial<DispatchCommands> = {}) => {
  const gateway = await startGateway({ commands })
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

describe('every frame reaches its command and is answered', () => {
  const message = messageOf(chat, 1)
  const read = {
    chat_id: idOf(chat),
    seq: 4,
    at: '2026-01-01T00:00:00.000Z',
    unread_count: 2,
    version: 9,
  }
  const cases: { [T in CommandFrame['type']]: [Extract<CommandFrame, { type: T }>, unknown[], object] } = {
    send_message: [
      { ...sendFrame(1), reply_to_id: idOf(5) },
      [{ chat_id: idOf(chat), id: idOf(1), text: 'text 1', reply_to_id: idOf(5) }],
      { type: 'ack', ref: 1, message },
    ],
    edit_message: [
      { type: 'edit_message', ref: 2, message_id: idOf(1), text: 'new' },
      [idOf(1), 'new'],
      { type: 'ack', ref: 2, message },
    ],
    delete_message: [
      { type: 'delete_message', ref: 3, message_id: idOf(1) },
      [idOf(1)],
      { type: 'ack', ref: 3, message },
    ],
    read: [
      { type: 'read', ref: 4, chat_id: idOf(chat), seq: 4 },
      [idOf(chat), 4],
      { type: 'ack', ref: 4, read },
    ],
    typing: [{ type: 'typing', ref: 5, chat_id: idOf(chat) }, [idOf(chat)], { type: 'ack', ref: 5 }],
    watch_presence: [
      { type: 'watch_presence', ref: 6, user_ids: [idOf(1), idOf(2)] },
      [],
      { type: 'ack', ref: 6 },
    ],
    ping: [{ type: 'ping', ref: 7 }, [], { type: 'pong', ref: 7 }],
  }

  test.each(Object.values(cases))('$type', async (frame, expected, answer) => {
    const calls: unknown[][] = []
    const record =
      <T>(result: T) =>
      async (...args: unknown[]): Promise<T> => {
        calls.push(args)
        return result
      }
    const { client } = await enter({
      sendMessage: record({ message }),
      editMessage: record(message),
      deleteMessage: record(message),
      markRead: record(read),
      sendTyping: record(undefined),
    })
    client.send(frame)
    await vi.waitFor(() => expect(client.frames).toContainEqual(answer))
    expect(calls).toEqual(expected.length === 0 ? [] : [[actorOf(1), ...expected]])
  })

  test('watching presence is followed by the present state of each', async () => {
    const { client } = await enter()
    client.send({ type: 'watch_presence', ref: 1, user_ids: [idOf(1), idOf(2)] })
    await vi.waitFor(() => expect(client.frames).toHaveLength(4))
    expect(client.frames.slice(1)).toEqual([
      { type: 'ack', ref: 1 },
      { type: 'presence', user_id: idOf(1), online: true, last_seen_at: null },
      { type: 'presence', user_id: idOf(2), online: false, last_seen_at: null },
    ])
  })

  test('a frame without a number is answered without one', async () => {
    const { client } = await enter()
    client.send({ type: 'ping' })
    expect(await client.next('pong')).toEqual({ type: 'pong' })
  })
})

describe('errors', () => {
  test('of the core carry their code, the number and whether trying again can help', async () => {
    const { client } = await enter({
      sendMessage: async () => {
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
      sendMessage: async () => {
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
      editMessage: async () => {
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
    const sendMessage: DispatchCommands['sendMessage'] = async (_actor, input) => {
      const { text = '' } = input
      begun.push(text)
      const gate = deferred<void>()
      gates.set(text, () => gate.resolve())
      await gate.promise
      return { message: { ...messageOf(chat, 1, text), id: input.id } }
    }
    return { begun, gates, sendMessage }
  }

  test('begin in the order in which they were sent, without waiting for answers', async () => {
    const { begun, gates, sendMessage } = heldSend()
    const { client } = await enter({ sendMessage })
    sendAll(
      client,
      range(20).map((ref) => sendFrame(ref)),
    )
    await vi.waitFor(() => expect(begun).toHaveLength(20))
    expect(begun).toEqual(range(20).map((ref) => `text ${ref}`))
    expect(client.frames).toHaveLength(1)
    gates.get('text 7')?.()
    expect(await client.next('ack')).toMatchObject({ ref: 7 })
  })

  test('I8: at most 64 are carried out at once; the others wait, in order', async () => {
    const { begun, gates, sendMessage } = heldSend()
    const { client } = await enter({ sendMessage })
    sendAll(
      client,
      range(90).map((ref) => sendFrame(ref)),
    )
    await vi.waitFor(() => expect(begun).toHaveLength(64))
    await turn()
    expect(begun).toHaveLength(64)
    gates.get('text 3')?.()
    await vi.waitFor(() => expect(begun).toHaveLength(65))
    for (let release = [...gates.values()]; begun.length < 90; release = [...gates.values()]) {
      for (const go of release) go()
      await turn()
    }
    for (const go of gates.values()) go()
    await vi.waitFor(() => expect(client.frames).toHaveLength(91))
    expect(begun).toEqual(range(90).map((ref) => `text ${ref}`))
  })

  test('that name the same message are carried out one after the other', async () => {
    const order: string[] = []
    const { begun, gates, sendMessage } = heldSend()
    const { client } = await enter({
      sendMessage: async (actor, input) => {
        const answer = await sendMessage(actor, input)
        order.push(`sent ${input.id}`)
        return answer
      },
      editMessage: async (_actor, messageId, text) => {
        order.push(`${text} ${messageId}`)
        return messageOf(chat, 1)
      },
    })
    client.send(sendFrame(1))
    client.send({ type: 'edit_message', ref: 2, message_id: idOf(1), text: 'first' })
    client.send({ type: 'edit_message', ref: 3, message_id: idOf(2), text: 'other' })
    client.send({ type: 'edit_message', ref: 4, message_id: idOf(1), text: 'second' })
    await vi.waitFor(() => expect(order).toEqual([`other ${idOf(2)}`]))
    expect(begun).toEqual(['text 1'])
    gates.get('text 1')?.()
    await vi.waitFor(() => expect(client.frames).toHaveLength(5))
    expect(order.slice(1)).toEqual([`sent ${idOf(1)}`, `first ${idOf(1)}`, `second ${idOf(1)}`])
  })
})
