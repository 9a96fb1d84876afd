// The import by itself, with sources that no program gives yet.
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, type Fixture, person, storageFixture } from '../../storage/test/fixture.ts'
import type { PasswordHasher } from '../ports.ts'
import type { ImportRemark } from './report.ts'
import { runImport } from './run-import.ts'
import type { ForeignChat, ForeignMessage, ForeignPerson, ImportSource } from './source.ts'

let fixture: Fixture
beforeEach(async () => {
  fixture = await storageFixture()
})
afterEach(() => fixture.end())

const passwords: PasswordHasher = {
  hash: async (password) => `hash of ${password}`,
  verify: async () => false,
  knows: () => true,
  isForeign: () => false,
}

const somebody = (key: string, given: Partial<ForeignPerson> = {}): ForeignPerson => ({
  key,
  username: key,
  email: null,
  name: key,
  passwordHash: 'hash',
  createdAt: at(0),
  ...given,
})

interface Rows {
  readonly people: readonly ForeignPerson[]
  readonly chats?: readonly ForeignChat[]
  readonly messages?: readonly ForeignMessage[]
}

const sourceOf = ({ people, chats = [], messages = [] }: Rows): ImportSource => ({
  name: 'other',
  async *people() {
    yield people
  },
  async *chats() {
    yield chats
  },
  async *messages() {
    yield messages
  },
  async *reads() {
    yield []
  },
})

async function importThem(rows: Rows) {
  const remarks: ImportRemark[] = []
  const counts = await runImport(
    { storage: fixture.storage, ids: { next: () => uuidv7() }, passwords, content: null },
    sourceOf(rows),
    { matchEmails: false, dryRun: false },
    { onRemark: (remark) => remarks.push(remark), onProgress: () => undefined },
  )
  return { counts, remarks }
}

const usernames = async () =>
  (await fixture.pool.query<{ username: string }>('SELECT username FROM users ORDER BY number')).rows.map(
    ({ username }) => username,
  )

test('A1 A12 A13 T4: usernames that are taken, look like one that is, or are none become others', async () => {
  await person(fixture.stores, { username: 'Ada' })
  const { remarks } = await importThem({
    people: [
      somebody('1', { username: 'ada' }),
      somebody('2', { username: 'аԁа' }),
      somebody('3', { username: 'b b' }),
      somebody('bob'),
    ],
  })
  expect((await usernames()).slice(1).toSorted()).toEqual(['ada_2', 'b_b', 'bob', 'аԁа_3'].toSorted())
  expect(remarks.map(({ key, reason }) => `${key} ${reason}`).toSorted()).toEqual([
    '1 username_changed',
    '2 username_changed',
    '3 username_changed',
  ])
})

const chat = (given: Partial<ForeignChat> = {}): ForeignChat => ({
  key: 'c',
  kind: 'group',
  title: 'Title',
  createdAt: at(0),
  members: [
    { personKey: 'ada', role: 'member', joinedAt: at(5), leftAt: null },
    { personKey: 'bob', role: 'member', joinedAt: at(0), leftAt: null },
  ],
  ...given,
})

const message = (key: string, given: Partial<ForeignMessage> = {}): ForeignMessage => ({
  key,
  chatKey: 'c',
  senderKey: 'ada',
  text: key,
  createdAt: at(10),
  ...given,
})

test('C2 C3 T1: a group without an owner is owned by who joined first, one with two by the first of them', async () => {
  const people = [somebody('ada'), somebody('bob')]
  const owners = chat().members.map((member) => ({ ...member, role: 'owner' as const }))
  await importThem({ people, chats: [chat(), chat({ key: 'd', members: owners })] })
  const { rows } = await fixture.pool.query<{ username: string; role: string }>(
    'SELECT u.username, m.role FROM members m JOIN users u ON u.id = m.user_id JOIN chats c ON c.id = m.chat_id ORDER BY c.id, u.username',
  )
  expect(rows.map(({ username, role }) => `${username} ${role}`)).toEqual([
    'ada member',
    'bob owner',
    'ada admin',
    'bob owner',
  ])
})

test('T4: what names somebody or something that was not taken is told, and the rest comes', async () => {
  const { remarks, counts } = await importThem({
    people: [somebody('ada'), somebody('bob'), somebody('eve')],
    chats: [
      chat(),
      chat({ key: 'empty', members: [] }),
      chat({
        key: 'lost',
        kind: 'direct',
        members: [...chat().members.slice(1), { ...owner, personKey: 'none' }],
      }),
    ],
    messages: [
      message('1', { senderKey: 'none' }),
      message('2', { senderKey: 'eve' }),
      message('3', { chatKey: 'none' }),
      message('4', { text: ' ' }),
      message('5', { createdAt: at(20) }),
      message('6', { createdAt: at(19) }),
    ],
  })
  expect(remarks.map(({ kind, key, reason }) => `${kind} ${key} ${reason}`)).toEqual([
    'chat empty nobody_left',
    'member lost none person_missing',
    'chat lost person_missing',
    'message 1 person_missing',
    'message 3 chat_missing',
    'message 4 invalid_text',
    'message 2 not_a_member',
    'message 6 older_than_chat',
  ])
  expect(counts.message).toEqual({ added: 1, known: 0, refused: 5 })
})

const owner = { personKey: 'ada', role: 'owner', joinedAt: at(0), leftAt: null } as const

test('T2: who comes to a group later comes with the next run, and who was taken out here stays out', async () => {
  const people = [somebody('ada'), somebody('bob'), somebody('eve')]
  const first = [owner, { ...owner, personKey: 'bob', role: 'member' as const }]
  await importThem({ people, chats: [chat({ members: first })], messages: [message('1')] })
  const ids = await fixture.pool.query<{ chat_id: string; user_id: string }>(
    `SELECT m.chat_id, m.user_id FROM members m JOIN users u ON u.id = m.user_id WHERE u.username = 'bob'`,
  )
  const [bob] = ids.rows
  if (bob === undefined) throw new Error('Bob was taken')
  await fixture.storage.transaction(async ({ chats, members }) => {
    await chats.lock(bob.chat_id)
    await members.remove(bob.chat_id, bob.user_id, at(100))
  })
  const later = [...first, { ...owner, personKey: 'eve', role: 'member' as const, joinedAt: at(50) }]
  const { counts } = await importThem({
    people,
    chats: [chat({ members: later })],
    messages: [message('1'), message('2', { createdAt: at(40) }), message('3', { createdAt: at(60) })],
  })
  expect(counts.member).toEqual({ added: 1, known: 2, refused: 0 })
  const { rows } = await fixture.pool.query(
    `SELECT u.username, m.joined_seq, m.read_seq, m.left_at IS NULL AS present, c.member_count, c.version
     FROM members m JOIN users u ON u.id = m.user_id JOIN chats c ON c.id = m.chat_id ORDER BY u.username`,
  )
  // Made, a message, one out, one in, two messages: each a version. What was written before Eve joined is not unread for her.
  const now = { member_count: 2, version: 6 }
  expect(rows).toEqual([
    { username: 'ada', joined_seq: 0, read_seq: 0, present: true, ...now },
    { username: 'bob', joined_seq: 0, read_seq: 0, present: false, ...now },
    { username: 'eve', joined_seq: 2, read_seq: 2, present: true, ...now },
  ])
})

test('C1 T1: two who talk here already go on in their chat', async () => {
  const people = [
    somebody('ada', { email: 'ada@example.org' }),
    somebody('bob', { email: 'bob@example.org' }),
  ]
  await importThem({ people })
  const { rows } = await fixture.pool.query<{ id: string }>('SELECT id FROM users')
  const [a = '', b = ''] = rows.map(({ id }) => id)
  const made = await fixture.storage.transaction(({ chats }) =>
    chats.insertDirect({ id: uuidv7(), userIds: [a, b], createdBy: a, createdAt: at(0) }),
  )
  const { counts } = await importThem({ people, chats: [chat({ kind: 'direct' })], messages: [message('1')] })
  expect(counts).toMatchObject({ chat: { added: 1 }, member: { added: 0, known: 2 }, message: { added: 1 } })
  expect(await fixture.stores.chats.find(made?.id ?? '')).toMatchObject({ last_seq: 1, version: 2 })
})
