// A whole program taken over: what comes, that it comes once, and what is told of what cannot.
import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ImportOrder, importFrom } from '../../packages/server/src/composition/importer.ts'
import type { ImportRemark } from '../../packages/server/src/core/import/report.ts'
import { connectionUrl } from '../../packages/server/src/embedded/endpoint.ts'
import {
  at,
  type Fixture,
  person,
  send,
  silentLog,
  storageFixture,
} from '../../packages/server/src/storage/test/fixture.ts'
import { emptyDatabase, type TestDatabase } from '../../packages/server/test/harness-database.ts'
import { fillDatabase, inDatabase } from './program.ts'
import { programs } from './programs.ts'
import { readTaken, takenOf } from './taken.ts'
import type { World, WorldChat, WorldMessage } from './world.ts'

let fixture: Fixture
let other: TestDatabase
beforeEach(async () => {
  fixture = await storageFixture()
  other = await emptyDatabase()
})
afterEach(async () => {
  await fixture.end()
  await other.drop()
})

/** `onBatch` hears the number of each batch, from 1. */
async function importIt(
  given: Partial<ImportOrder> = {},
  onBatch: (batch: number) => unknown = () => undefined,
) {
  const remarks: ImportRemark[] = []
  let batches = 0
  const order = {
    from: 'windi-messenger',
    url: connectionUrl(other.connection),
    matchEmails: false,
    dryRun: false,
  } as const
  const counts = await importFrom(
    fixture.connection,
    { ...order, ...given },
    {
      log: silentLog,
      onRemark: (remark) => remarks.push(remark),
      onProgress() {
        batches += 1
        onBatch(batches)
      },
    },
  )
  return { counts, remarks }
}

const inOther = (work: (client: pg.Client) => Promise<unknown>) => inDatabase(other.connection, work)
const windi = programs['windi-messenger']

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
const added = (counts: Awaited<ReturnType<typeof importIt>>['counts']) =>
  Object.values(counts).map((count) => count.added)

const small = { people: 40, chats: 20, messages: 2_500 }

const given = (size = small, program = windi): Promise<World> => fillDatabase(program, other.connection, size)

const messageIn = (chat: WorldChat, given: Pick<WorldMessage, 'sender' | 'text' | 'at'>): WorldMessage => ({
  id: crypto.randomUUID(),
  chatId: chat.ids[0],
  reads: new Map(),
  ...given,
})

describe('an import', () => {
  test.each(Object.values(programs))(
    'T1 T3: from $name brings people, chats, members, messages and readings as they were, in order and with their times',
    async (program) => {
      const world = await given({ people: 150, chats: 60, messages: 6_000 }, program)
      const { counts, remarks } = await importIt({ from: program.name })
      expect(remarks).toEqual([])
      expect(await readTaken(fixture.pool)).toEqual(takenOf(world))
      const reads = sum(world.chats.flatMap(({ messages }) => messages.map((message) => message.reads.size)))
      expect(counts).toMatchObject({
        person: { added: 150, known: 0, refused: 0 },
        chat: { added: 60 },
        message: { added: 6_000 },
        read: { added: reads },
      })
    },
  )

  test('I5 T3: every unread number is a recount of what is above the cursor', async () => {
    // More than two blocks of what is counted by block.
    const world = await given({ people: 8, chats: 3, messages: 2_400 })
    await importIt()
    const { rows } = await fixture.pool.query<{ chat_id: string; user_id: string; unread: number }>(`
      SELECT m.chat_id, m.user_id, (
        SELECT count(*)::int FROM messages o WHERE o.chat_id = m.chat_id AND o.seq > m.read_seq AND o.sender_id <> m.user_id
      ) AS unread
      FROM members m WHERE m.left_at IS NULL`)
    expect(rows.length).toBe(
      sum(world.chats.map(({ members }) => members.filter(({ isGone }) => !isGone).length)),
    )
    expect(rows.some(({ unread }) => unread > 0)).toBe(true)
    for (const { chat_id, user_id, unread } of rows)
      expect((await fixture.stores.chats.view(chat_id, user_id))?.unread_count).toBe(unread)
  })

  test('T2: run again brings nothing, and then only what is new', async () => {
    const world = await given()
    await importIt()
    const before = await readTaken(fixture.pool)
    const again = await importIt()
    expect(again.remarks).toEqual([])
    expect(added(again.counts)).toEqual([0, 0, 0, 0, 0, 0])
    expect(await readTaken(fixture.pool)).toEqual(before)

    const [chat] = world.chats
    const sender = chat?.members[0]?.person
    if (chat === undefined || sender === undefined) throw new Error('There is a chat with somebody in it')
    const end = chat.messages.at(-1)?.at.getTime() ?? 0
    const later = messageIn(chat, { sender, text: 'later', at: new Date(end + 1) })
    await inOther((client) => windi.writeMessages(client, { ...chat, messages: [later] }))
    const then = await importIt()
    expect(then.remarks).toEqual([])
    expect(added(then.counts)).toEqual([0, 0, 0, 1, 0, 0])
    const grown = { ...chat, messages: [...chat.messages, later] }
    expect(await readTaken(fixture.pool)).toEqual(
      takenOf({ ...world, chats: world.chats.map((one) => (one === chat ? grown : one)) }),
    )
  })

  test('T2: an import that breaks off anywhere goes on where it was', async () => {
    const world = await given()
    for (const stop of [1, 2, 3, 4]) {
      const fail = () => {
        throw new Error('broken off')
      }
      await expect(importIt({}, (batch) => batch === stop && fail())).rejects.toThrow('broken off')
    }
    await importIt()
    expect(await readTaken(fixture.pool)).toEqual(takenOf(world))
  })

  test('T2: when the other database is lost it ends with a line, and goes on with the next run', async () => {
    const world = await given()
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'parley import' AND datname = current_database()`
    const isCut: Promise<unknown>[] = []
    const losing = importIt({}, (batch) => batch === 1 && isCut.push(inOther((client) => client.query(cut))))
    await expect(losing).rejects.toThrow(/^--database was lost: .* begin again$/)
    await Promise.all(isCut)
    await importIt()
    expect(await readTaken(fixture.pool)).toEqual(takenOf(world))
  })

  test('T2: a dry run counts what would come and writes nothing', async () => {
    const world = await given()
    const dry = await importIt({ dryRun: true })
    expect(await readTaken(fixture.pool)).toEqual({ people: [], chats: [] })
    const { counts } = await importIt()
    expect(counts.read.added).toBeGreaterThan(0)
    expect(counts).toEqual(dry.counts)
    expect(counts.person.added).toBe(world.people.length)
  })

  test('T4: an email that is taken here is reported, with all that needs the person, or matched where that is asked', async () => {
    const world = await given()
    const direct = world.chats.find(({ kind }) => kind === 'direct')
    const taken = direct?.members[0]?.person
    if (direct === undefined || taken === undefined) throw new Error('Two of the people talk')
    const here = await person(fixture.stores, { email: taken.email.toUpperCase() })
    const own = world.chats.flatMap(({ messages }) => messages.filter(({ sender }) => sender === taken))
    const refused = await importIt()
    expect(refused.remarks.filter(({ kind }) => kind === 'person')).toEqual([
      { kind: 'person', key: taken.id, reason: 'email_taken' },
    ])
    expect(refused.counts.message.refused).toBeGreaterThanOrEqual(own.length)
    expect(refused.counts.message.added + refused.counts.message.refused).toBe(small.messages)

    const matched = await importIt({ matchEmails: true })
    expect(matched.counts.person).toEqual({ added: 1, known: small.people - 1, refused: 0 })
    const { rows } = await fixture.pool.query('SELECT last_seq FROM chats WHERE $1 = ANY (direct_user_ids)', [
      here,
    ])
    expect(rows.map(({ last_seq }) => last_seq)).toContain(direct.messages.length)
  })

  test('M9 T3: what is older than the last message here is reported and squeezed in nowhere', async () => {
    const world = await given()
    await importIt()
    const [chat] = world.chats
    const [first] = chat?.members ?? []
    if (chat === undefined || first === undefined) throw new Error('There is a chat with somebody in it')
    const { rows } = await fixture.pool.query<{ chat_id: string; user_id: string }>(
      `SELECT c.id AS chat_id, u.id AS user_id FROM chats c, users u WHERE c.created_at = $1 AND u.email = $2`,
      [chat.createdAt, first.person.email],
    )
    const [row] = rows
    if (row === undefined) throw new Error('The chat is here')
    const live = await send(fixture.stores, row.chat_id, row.user_id, { createdAt: at(0) })
    const late = messageIn(chat, { sender: first.person, text: 'older', at: new Date(at(0).getTime() - 1) })
    await inOther((client) => windi.writeMessages(client, { ...chat, messages: [late] }))
    expect((await importIt()).remarks).toEqual([{ kind: 'message', key: late.id, reason: 'older_than_chat' }])
    const page = await fixture.stores.messages.page(row.chat_id, { from: 'end' }, 1)
    expect(page.items).toEqual([live])
  })

  test('T4: names, texts, emails and hashes that do not fit are changed or left out, and told', async () => {
    const world = await given()
    const chat = world.chats.find(({ kind }) => kind === 'group')
    const [ada, bob] = world.people.filter((one) => chat?.members.every((member) => member.person !== one))
    const blank = chat?.messages[0]
    await inOther(async (client) => {
      await client.query(`UPDATE users SET name = E'\\u202e \\u200b', hashed_password = '!' WHERE id = $1`, [
        ada?.id,
      ])
      await client.query(`UPDATE users SET email = 'nowhere' WHERE id = $1`, [bob?.id])
      await client.query(`UPDATE messages SET text = E'\\u200b' WHERE id = $1`, [blank?.id])
      await client.query(`UPDATE groups SET title = ' ' WHERE id = $1`, [chat?.ids[0]])
    })
    const { remarks } = await importIt()
    expect(remarks).toEqual(
      expect.arrayContaining([
        { kind: 'person', key: ada?.id, reason: 'name_changed' },
        { kind: 'person', key: ada?.id, reason: 'password_unknown' },
        { kind: 'person', key: bob?.id, reason: 'no_login' },
        { kind: 'chat', key: chat?.ids[0], reason: 'name_changed' },
        { kind: 'message', key: blank?.id, reason: 'invalid_text' },
      ]),
    )
    const { rows } = await fixture.pool.query('SELECT name FROM users WHERE email = $1', [ada?.email])
    expect(rows).toEqual([{ name: ada?.email.split('@')[0] }])
  })
})

test('a database that is none of the program, or none at all, is refused in a line', async () => {
  await expect(importIt()).rejects.toThrow(/^--database does not hold what windi-messenger keeps: relation/)
  const nowhere = 'postgres://nobody:secret@127.0.0.1:1/none'
  await expect(importIt({ url: nowhere })).rejects.toThrow(/^--database cannot be reached: (?!.*secret)/)
  await expect(importIt({ url: 'postgres://[' })).rejects.toThrow(/^--database is no address/)
})
