// Sending over HTTP: ids, keys that stand in for ids, and whether the message is new.

import type { Message } from '@parley/protocol'
import { v5 as uuidv5 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { sampleMessage, sampleUser } from '../../../../protocol/test/samples.ts'
import type { MessageDraft, PostOutcome } from '../../core/messages/store.ts'
import type { Ports, Stores } from '../../core/ports.ts'
import { unlimited } from '../../security/rate-limiter.ts'
import { actor, bearer, onlyPorts, problemIn, startServer } from '../test/start.ts'

const chat = '0190a6f0-0000-7000-8000-00000000000a'
const id = '0190a6f0-0000-7000-8000-00000000000b'
const fresh = '0190a6f0-0000-7000-8000-00000000000c'
const at = new Date('2026-01-31T12:00:00.000Z')

const sender = sampleUser({ id: actor.userId, username: 'maria', name: 'Maria' })

const messageOf = (draft: MessageDraft): Message =>
  sampleMessage({
    id: draft.id,
    chat_id: draft.chatId,
    sender_id: draft.senderId,
    text: draft.text,
    reply_to_id: draft.replyToId,
    created_at: at.toISOString(),
  })

/** A server whose writer remembers drafts and knows an id again. */
async function start() {
  const drafts: MessageDraft[] = []
  const stores = { accounts: { profiles: async () => [sender] } } as unknown as Stores
  const ports: Ports = onlyPorts({
    clock: { now: () => at },
    ids: { next: () => fresh },
    keyIds: { idOf: ({ userId }, key) => uuidv5(key, userId) },
    rateLimiter: unlimited,
    storage: { stores } as Ports['storage'],
    messageWriter: {
      async post(draft): Promise<PostOutcome> {
        const stored = drafts.find((one) => one.id === draft.id)
        drafts.push(draft)
        return stored === undefined
          ? { status: 'created', message: messageOf(draft) }
          : { status: 'stored', message: messageOf(stored) }
      },
      idle: async () => {},
    },
  })
  const { server } = await startServer({ ports })
  const send = (payload: object, headers: Record<string, string> = {}) =>
    server.inject({
      method: 'POST',
      url: `/api/v1/chats/${chat}/messages`,
      headers: { ...bearer, ...headers },
      payload,
    })
  return { drafts, send }
}

describe('sending a message', () => {
  test('answers 201 with the message and its sender, and 200 when the id was known', async () => {
    const { send } = await start()
    const first = await send({ id, text: 'Привет' })
    const again = await send({ id, text: 'Привет' })
    expect([first.statusCode, again.statusCode]).toEqual([201, 200])
    expect(first.json()).toMatchObject({ message: { id, text: 'Привет', chat_id: chat }, users: [sender] })
    expect(again.json()).toEqual(first.json())
  })

  test('without id or key makes a new message each time', async () => {
    const { send, drafts } = await start()
    await send({ text: 'x' })
    expect(drafts[0]?.id).toBe(fresh)
  })

  test('the same key is the same message, another key another', async () => {
    const { send, drafts } = await start()
    const statuses: number[] = []
    for (const key of ['key-1', 'key-1', 'key-2']) {
      statuses.push((await send({ text: 'x' }, { 'idempotency-key': key })).statusCode)
    }
    expect(statuses).toEqual([201, 200, 201])
    expect(drafts[0]?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-/)
  })

  test('of id and key the id wins', async () => {
    const { send, drafts } = await start()
    await send({ id, text: 'x' }, { 'idempotency-key': 'key-1' })
    expect(drafts[0]?.id).toBe(id)
  })

  test.each(['', ' ', 'two words', 'ключ', 'x'.repeat(256), 'a\tb'])('the key %j is refused', async (key) => {
    const { send, drafts } = await start()
    for (const body of [{ text: 'x' }, { id, text: 'x' }]) {
      const answer = await send(body, { 'idempotency-key': key })
      expect([answer.statusCode, problemIn(answer).code]).toEqual([400, 'invalid_request'])
    }
    expect(drafts).toEqual([])
  })

  test('a key may have 255 characters', async () => {
    const { send } = await start()
    expect((await send({ text: 'x' }, { 'idempotency-key': '~'.repeat(255) })).statusCode).toBe(201)
  })
})
