// What the outbox does with every answer that a server can give, and how often it asks again.
import { type AckFrame, type ErrorCode, errorCodes, errorRow, type Message } from '@parley/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { sampleMessage } from '../../../protocol/test/samples.ts'
import { Requests } from '../connection/requests.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { idOf } from '../testing/model-chat.ts'
import type { OutboxEntry } from '../types.ts'
import { Drain } from './drain.ts'
import { memoryOutbox } from './memory-outbox.ts'
import { Outbox } from './outbox.ts'
import { Uploads } from './uploads.ts'

/** Times that one thing may be sent in a minute. */
const perMinute = 10
const account = { origin: 'https://one.example', userId: idOf(10) }
const [chatId, messageId] = [idOf(1), idOf(2)]

type Answer = { readonly code: ErrorCode } | { readonly ack: Message | undefined }

let clock: FakeClock
let outbox: Outbox
let drain: Drain
let sent: number
let isOther: boolean
let answer: Answer

/** The worst of servers and of luck: it answers at once, lets the client come back at once, and no pause is longer than it must be. */
beforeEach(async () => {
  clock = new FakeClock()
  sent = 0
  isOther = false
  const nothing = () => undefined
  outbox = new Outbox({
    ...{ store: memoryOutbox(), clock, show: nothing, onRead: nothing, find: async () => undefined },
    onChange: () => drain.pump(),
    report: (error) => expect.fail(String(error)),
  })
  const requests: Requests = new Requests({
    clock,
    onOverdue: nothing,
    write: (frame) => {
      sent += 1
      const { ref = 0 } = frame
      queueMicrotask(() => requests.answer(frameOf(ref)))
      return true
    },
  })
  drain = new Drain({
    ...{ outbox, requests, clock, random: () => 0, sharing: undefined, onAck: nothing },
    uploads: new Uploads({ outbox, upload: () => Promise.reject(new Error('Nothing is uploaded here')) }),
    onDisowned: () => {
      drain.stop()
      requests.lose()
      drain.start('account')
    },
    onOther: () => {
      isOther = true
      drain.stop()
    },
  })
  await outbox.claim(account)
  drain.start('account')
})

const frameOf = (ref: number): AckFrame | Parameters<Requests['answer']>[0] => {
  if ('code' in answer) {
    const { code } = answer
    return { type: 'error', ref, code, detail: '', retryable: errorRow(code).retryable }
  }
  return { type: 'ack', ref, ...(answer.ack === undefined ? {} : { message: answer.ack }) }
}

const aMinute = async (): Promise<void> => {
  for (let tenths = 0; tenths < 600; tenths += 1) {
    clock.advance(100)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const makers: Readonly<Record<'message' | 'edit' | 'deletion', () => Promise<Message>>> = {
  message: () => outbox.send(chatId, 'text', { id: messageId }),
  edit: () => outbox.edit(chatId, messageId, 'text'),
  deletion: () => outbox.delete(chatId, messageId),
}

type Outcome = 'the client ends' | 'it waits' | 'it failed' | 'it is forgotten'
const outcome = (): Outcome => {
  const [entry]: OutboxEntry[] = outbox.entries()
  if (isOther) return 'the client ends'
  if (entry === undefined) return 'it is forgotten'
  return entry.failed === null ? 'it waits' : 'it failed'
}

const expected = (code: ErrorCode, kind: keyof typeof makers): Outcome => {
  if (code === 'other_account') return 'the client ends'
  // The connection, or the moment, is at fault: the thing itself may be sent.
  if (code === 'unauthenticated' || code === 'session_revoked') return 'it waits'
  if (errorRow(code).retryable) return 'it waits'
  return kind === 'deletion' ? 'it is forgotten' : 'it failed'
}

describe.each(['message', 'edit', 'deletion'] as const)('K2: a %s', (kind) => {
  it.each(errorCodes)('that is answered with %s does not come again and again', async (code) => {
    answer = { code }
    void makers[kind]().catch(() => undefined)
    await aMinute()
    expect(outcome()).toBe(expected(code, kind))
    expect(sent).toBeGreaterThan(0)
    expect(sent).toBeLessThanOrEqual(expected(code, kind) === 'it waits' ? perMinute : 1)
  })
})

describe('K2: an acknowledgement that does not fit', () => {
  const stranger = sampleMessage({ id: idOf(99), chat_id: chatId, sender_id: account.userId })

  it.each([
    ['of nothing', undefined],
    ['of another message', stranger],
  ])('%s fails the send after some tries', async (_, ack) => {
    answer = { ack }
    const promise = makers.message()
    const refused = expect(promise).rejects.toThrow('does not fit')
    await aMinute()
    await refused
    expect(outcome()).toBe('it failed')
    expect(sent).toBe(3)
  })

  it('K1: of the same message as somebody else’s ends the client', async () => {
    answer = { ack: sampleMessage({ id: messageId, chat_id: chatId, sender_id: idOf(11) }) }
    void makers.message().catch(() => undefined)
    await aMinute()
    expect(outcome()).toBe('the client ends')
    expect(sent).toBe(1)
    expect(outbox.entries()).toMatchObject([{ id: messageId, failed: null }])
  })
})
