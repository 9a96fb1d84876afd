// Rights that the database decides: what a store says of them and what its statements do is the same, for every kind of person and chat.
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readFunctions } from './functions.ts'
import { at, changes, draft, type Fixture, group, people, send, storageFixture } from './test/fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await storageFixture()
})
afterAll(() => fixture.end())

interface Place {
  readonly kind: 'direct' | 'group'
  readonly posting: 'everyone' | 'admins'
  readonly deleted: boolean
}

const places: readonly Place[] = (['direct', 'group'] as const).flatMap((kind) =>
  (['everyone', 'admins'] as const).flatMap((posting) =>
    [false, true].map((deleted) => ({ kind, posting, deleted })),
  ),
)

/** C4, C6: written here once more, plainly. */
function expected({ kind, posting, deleted }: Place, who: string): string {
  if (deleted || who === 'stranger' || who === 'gone') return 'not_found'
  return kind === 'group' && posting === 'admins' && who === 'member' ? 'posting_restricted' : 'created'
}

describe('C4: who may post', () => {
  test.each(places)(
    'to a $kind chat for $posting, deleted: $deleted, is the same whichever way',
    async (place) => {
      const { stores } = fixture
      const [owner, admin, member, gone, stranger] = (await people(stores, 5)) as [Id, Id, Id, Id, Id]
      const chat = await group(stores, [owner, admin, member, gone], place)
      await stores.members.setRole(chat.id, admin, 'admin')
      const message = await send(stores, chat.id, owner)
      await changes(fixture.storage).remove(chat.id, gone, at(1))
      if (place.deleted) await stores.chats.update(chat.id, { deletedAt: at(2) })
      const outcomeOf = async (...drafts: Parameters<typeof stores.messages.post>[0][number][]) => {
        const outcome = (await stores.messages.post(drafts)).at(-1)
        return outcome?.status === 'refused' ? outcome.code : outcome?.status
      }
      const file = async (ownerId: Id) => {
        const content = {
          name: 'x',
          mediaType: 'text/plain',
          size: 1,
          dimensions: null,
          awaitsPreview: false,
        }
        const id = uuidv7()
        await stores.files.insert({ ...content, id, ownerId, createdAt: at(0) }, null)
        return id
      }
      const all = { owner, admin, member, gone, stranger }
      for (const [who, userId] of Object.entries(all)) {
        const verdict = expected(place, who)
        // post_message, create_messages, post_messages and post_messages_with_files, in this order.
        expect(await outcomeOf(draft(chat.id, userId))).toBe(verdict)
        expect(await outcomeOf(draft(chat.id, userId), draft(chat.id, userId))).toBe(verdict)
        expect(await outcomeOf(draft(chat.id, uuidv7()), draft(chat.id, userId))).toBe(verdict)
        const fileIds = [await file(userId)]
        expect(await outcomeOf(draft(chat.id, userId, { fileIds }))).toBe(verdict)
        expect((await stores.members.postRefusal(chat.id, userId)) ?? 'created').toBe(verdict)
        const present = verdict !== 'not_found'
        expect((await stores.members.find(chat.id, userId)) !== null).toBe(present)
        expect((await stores.members.membership(chat.id, userId)) !== null).toBe(present)
        expect((await stores.reads.advance(chat.id, userId, message.seq, at(3))) !== null).toBe(present)
        expect((await stores.chats.view(chat.id, userId)) !== null).toBe(present)
      }
    },
  )

  test('C6: is nobody in a chat that does not exist', async () => {
    const [userId] = (await people(fixture.stores, 1)) as [Id]
    expect(await fixture.stores.members.postRefusal(uuidv7(), userId)).toBe('not_found')
    expect(await fixture.stores.members.membership(uuidv7(), userId)).toBeNull()
  })
})

describe('C5: a chat is open', () => {
  test.each([
    ['a public group', { visibility: 'public' }, true],
    ['a private group', { visibility: 'private' }, false],
    ['a direct chat that says it is public', { visibility: 'public', kind: 'direct', title: null }, false],
  ] as const)('or not: %s', async (_, given, open) => {
    const { stores } = fixture
    const [owner, stranger] = (await people(stores, 2)) as [Id, Id]
    const title = `t${uuidv7()}`
    const chat = await group(stores, [owner], { title, ...given })
    expect(await stores.chats.isOpen(chat.id)).toBe(open)
    expect((await stores.chats.view(chat.id, stranger)) !== null).toBe(open)
    const { items } = await stores.chats.searchPublic({ query: title, limit: 10 })
    expect(items.map(({ id }) => id)).toEqual(open ? [chat.id] : [])
    await stores.chats.update(chat.id, { deletedAt: at(1) })
    expect(await stores.chats.isOpen(chat.id)).toBe(false)
  })
})

test('a right is written in no other function', async () => {
  const rights = ['is_contact', 'is_member', 'is_open', 'may_send_file', 'post_refusal']
  const others = (await readFunctions()).filter(({ name }) => !rights.includes(name))
  for (const { name, sql } of others)
    expect(
      `${name}: ${/'(admins|member|group|direct|public)'|owner_id (=|IS)|m\.left_at IS|(kind|posting|visibility) =/.exec(sql)?.[0]}`,
    ).toBe(`${name}: undefined`)
})

test('a right is no call: the planner puts its expression in place, and uses the indexes that fit it', async () => {
  const { rows } = await fixture.pool.query<{ 'QUERY PLAN': string }>(`
    EXPLAIN (VERBOSE)
    SELECT post_refusal(c.id, m.user_id, c.kind, c.posting, c.deleted_at, m.role, m.left_at), may_send_file(m.user_id, c.created_by)
    FROM (SELECT * FROM chats c WHERE is_open(c.kind, c.visibility, c.deleted_at) ORDER BY c.title_key, c.id LIMIT 1) c
    JOIN members m ON m.chat_id = c.id AND is_member(c.deleted_at, m.role, m.left_at)`)
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(plan).toContain('chats_public')
  expect(plan).toContain('posting_restricted')
  expect(plan).not.toMatch(/post_refusal|is_open|is_member|may_send_file/)
})
