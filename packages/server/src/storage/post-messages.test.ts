// The short cuts for what is simply to be created change no outcome: the same drafts, with them and without.
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MessageDraft, PostOutcome } from '../core/messages/store.ts'
import { createStorage } from './storage.ts'
import { draft, type Fixture, group, people, storageFixture } from './test/fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await storageFixture()
})
afterAll(() => fixture.end())

/** What does not differ between two chats: where each message of a draft came to stand, or why it did not. */
const essence = (outcomes: readonly PostOutcome[], drafts: readonly MessageDraft[]) =>
  outcomes.map((outcome, index) =>
    outcome.status === 'refused'
      ? outcome.code
      : [
          outcome.status,
          outcome.message.seq,
          outcome.message.version,
          outcome.message.text,
          drafts.findIndex(({ id }) => id === outcome.message.reply_to_id),
          outcome.message.id === drafts[index]?.id,
        ],
  )

/** The same history in a chat of its own: single messages, batches, replies, repetitions and refusals. */
async function history(simpleWrites: boolean) {
  const { messages } = createStorage(fixture.pool, { simpleWrites }).stores
  const [owner, member, stranger] = (await people(fixture.stores, 3)) as [Id, Id, Id]
  const chat = await group(fixture.stores, [owner, member])
  const drafts: MessageDraft[] = []
  const outcomes: PostOutcome[] = []
  const post = async (...batch: MessageDraft[]) => {
    drafts.push(...batch)
    outcomes.push(...(await messages.post(batch)))
  }
  const first = draft(chat.id, owner, { text: 'alone' })
  await post(first)
  await post(
    ...Array.from({ length: 300 }, (_, index) =>
      draft(chat.id, index % 2 ? owner : member, { text: `${index}` }),
    ),
  )
  await post(draft(chat.id, member, { replyToId: first.id }))
  const answered = draft(chat.id, owner)
  await post(answered, draft(chat.id, member, { replyToId: answered.id }))
  await post(first)
  await post(draft(chat.id, owner), draft(chat.id, stranger), draft(uuidv7(), owner))
  await post(draft(chat.id, stranger))
  const found = await fixture.stores.chats.find(chat.id)
  return { outcomes: essence(outcomes, drafts), lastSeq: found?.last_seq, version: found?.version }
}

test('M6 S1: everything comes to stand in the same place, or is refused for the same reason', async () => {
  const simple = await history(true)
  expect(simple).toEqual(await history(false))
  expect(simple.lastSeq).toBe(305)
})
