// What the outbox does with every answer that a server can give, and how often it asks again.
import { type AckFrame, type ErrorCode, errorCodes, errorRow, type Message } from '@parley/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { sampleMessage } from '../../../protocol/test/samples.ts'
import { Requests } from '../connection/requests.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { idOf } from '../testing/model-chat.ts'
import type { OutboxEntry, OutboxStore } from '../types.ts'
import { Drain } from './drain.ts'
import { memoryOutbox } from './memory-outbox.ts'
import { Outbox } from './outbox.ts'
import { Uploads } from './uploads.ts'

/** Times that one thing may be sent in a minute. */
const perMinute = 10
const account = { origin: 'https://one.example', userId: idOf(10) }
const [chatId, messageId] = [idOf(1), idOf(2)]
/** Whose messages the server takes, whatever it answers to others. */
const busyChatId = idOf(3)

type Answer = { readonly code: ErrorCode } | { readonly ack: Message | undefined }

let clock: FakeClock
let outbox: Outbox
let drain: Drain
let sent: number
/** Messages of the busy chat. */
let taken: number
/** How often the store was asked to keep something. */
let written: number
let outboxStore: OutboxStore
let isOther: boolean
let answer: Answer

/** The worst of servers and of luck: it answers at once, lets the client come back at once, and no pause is longer than it must be. */
beforeEach(async () => {
  clock = new FakeClock()
  sent = 0
  taken = 0
  isOther = false
  written = 0
  const nothing = () => undefined
  const memory = memoryOutbox()
  outboxStore = {
    ...memory,
    put: (entry) => {
      written += 1
      return memory.put(entry)
    },
  }
  outbox = new Outbox({
    ...{ store: outboxStore, clock, show: nothing, onRead: nothing, find: async () => undefined },
    onKept: nothing,
    onChange: () => drain.pump(),
    onRetry: (chat) => drain.hurry(chat),
    report: (error) => expect.fail(String(error)),
  })
  const requests: Requests = new Requests({
    clock,
    onOverdue: nothing,
    write: (frame) => {
      const { ref = 0 } = frame
      const isBusy = frame.type === 'send_message' && frame.chat_id === busyChatId
      if (isBusy) taken += 1
      else sent += 1
      const given = isBusy ? { ack: ownMessage(frame.id, busyChatId) } : answer
      queueMicrotask(() => requests.answer(frameOf(ref, given)))
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

const frameOf = (ref: number, given: Answer): AckFrame | Parameters<Requests['answer']>[0] => {
  if ('code' in given) {
    const { code } = given
    return { type: 'error', ref, code, detail: '', retryable: errorRow(code).retryable }
  }
  return { type: 'ack', ref, ...(given.ack === undefined ? {} : { message: given.ack }) }
}

const ownMessage = (id: string, ofChat = chatId) =>
  sampleMessage({ id, chat_id: ofChat, sender_id: account.userId })

const oneTurn = () => new Promise((resolve) => setImmediate(resolve))
const aMinute = async (meanwhile: () => void = () => undefined): Promise<void> => {
  for (let tenths = 0; tenths < 600; tenths += 1) {
    meanwhile()
    clock.advance(100)
    await oneTurn()
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

  it.each(errorCodes)(
    'that is answered with %s does not come oftener because those of other chats are taken',
    async (code) => {
      answer = { code }
      void makers[kind]().catch(() => undefined)
      await aMinute(() => {
        const isBusy = outbox.entries().some((entry) => entry.chatId === busyChatId)
        if (!isBusy && !isOther) void outbox.send(busyChatId, 'busy').catch(() => undefined)
      })
      expect(sent).toBeGreaterThan(0)
      expect(sent).toBeLessThanOrEqual(expected(code, kind) === 'it waits' ? perMinute : 1)
      if (!isOther) expect(taken).toBeGreaterThanOrEqual(sent)
    },
  )
})

/** What the entry says of why it waits. */
const delay = () => outbox.entries()[0]?.delay?.code
/** Time passes until the entry was sent so often, and the answer is taken in. */
const untilSent = async (times: number): Promise<void> => {
  for (let tenths = 0; tenths < 600 && sent < times; tenths += 1) {
    clock.advance(100)
    await oneTurn()
  }
  await oneTurn()
  expect(sent).toBe(times)
}

describe.each(['message', 'edit', 'deletion'] as const)('K10: a %s', (kind) => {
  /** Without the connection, or the account, it is they that say what is the matter. */
  const isTold = (code: ErrorCode) => errorRow(code).retryable

  it.each(errorCodes)('that is answered with %s says whether that is why it waits', async (code) => {
    answer = { code }
    void makers[kind]().catch(() => undefined)
    await untilSent(1)
    expect(delay()).toBe(code === 'storage_full' ? code : undefined)
    await aMinute()
    expect(delay()).toBe(isTold(code) ? code : undefined)
    expect(outbox.entries()[0]?.failed?.code).toBe(expected(code, kind) === 'it failed' ? code : undefined)
    // As it was made, and with its reason: not once more for each refusal.
    const failedNow = expected(code, kind) === 'it failed'
    expect(written).toBe(isTold(code) || failedNow ? 2 : 1)
  })

  it.each(errorCodes.filter(isTold))(
    'that waits for %s is tried at once by whoever wants that',
    async (code) => {
      answer = { code }
      const done = makers[kind]()
      await untilSent(4)
      expect(delay()).toBe(code)
      const [entry] = outbox.entries()
      if (entry === undefined) return expect.fail('nothing waits')
      void outbox.retry(entry.id)
      expect(delay()).toBeUndefined()
      await oneTurn()
      expect(sent).toBe(5)
      // The same again is news to whoever asked.
      expect(delay()).toBe(code)
      answer = { ack: ownMessage(messageId) }
      await outbox.retry(entry.id)
      await done
      expect(sent).toBe(6)
      expect(outbox.entries()).toEqual([])
    },
  )

  it('that is given up lets go on at once what waited behind it', async () => {
    answer = { code: 'storage_full' }
    const given = makers[kind]().catch(() => undefined)
    await untilSent(3)
    const id = idOf(98)
    const behind = outbox.send(chatId, 'behind', { id })
    answer = { ack: ownMessage(id) }
    await outbox.discard(outbox.entries()[0]?.id ?? '')
    await given
    await behind
    expect(sent).toBe(4)
  })
})

describe('K10: why it waits', () => {
  it('is what the server said last, and is gone when it takes it or refuses it for good', async () => {
    answer = { code: 'unavailable' }
    const refused = expect(makers.message()).rejects.toMatchObject({ code: 'forbidden' })
    await untilSent(2)
    expect(delay()).toBe('unavailable')
    answer = { code: 'internal' }
    await untilSent(3)
    expect(delay()).toBe('internal')
    answer = { code: 'forbidden' }
    await untilSent(4)
    await refused
    expect(outbox.entries()).toMatchObject([{ failed: { code: 'forbidden' }, delay: null }])
  })

  it('is not said of what the server takes at the second try', async () => {
    answer = { code: 'rate_limited' }
    const done = makers.message()
    await untilSent(1)
    answer = { ack: ownMessage(messageId) }
    await untilSent(2)
    await done
    expect(written).toBe(1)
  })

  it('outlives the client', async () => {
    answer = { code: 'internal' }
    void makers.message().catch(() => undefined)
    await untilSent(2)
    const [kept] = await outboxStore.all(account)
    expect(kept).toMatchObject({ id: messageId, delay: { code: 'internal' } })
  })
})

describe('K2: an acknowledgement that does not fit', () => {
  const stranger = ownMessage(idOf(99))

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
