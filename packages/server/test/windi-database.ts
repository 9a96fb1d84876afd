// A database as windi-messenger keeps it, filled by chance, and what is in it.
import { randomUUID } from 'node:crypto'
import { hash } from '@node-rs/bcrypt'
import pg from 'pg'
import { createRandom, type Random } from '../src/demo/random.ts'

interface WindiPerson {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly createdAt: Date
}

interface WindiMember {
  readonly person: WindiPerson
  readonly joinedAt: Date
  /** Whether there is no row of theirs any more. */
  readonly isGone: boolean
}

interface WindiMessage {
  readonly id: string
  readonly sender: WindiPerson
  readonly text: string
  /** To the millisecond; what the database has is some microseconds later. */
  readonly at: Date
  /** Who read it, and when; without the sender. */
  readonly reads: Map<WindiPerson, Date>
}

export interface WindiChat {
  readonly id: string
  readonly isPersonal: boolean
  readonly title: string
  readonly createdAt: Date
  readonly members: readonly WindiMember[]
  /** In order. */
  readonly messages: readonly WindiMessage[]
}

export interface WindiWorld {
  readonly people: readonly WindiPerson[]
  readonly chats: readonly WindiChat[]
}

export interface WindiSize {
  readonly people: number
  readonly chats: number
  readonly messages: number
}

/** Everybody's. */
export const windiPassword = 'the password of before'

const beginning = Date.UTC(2024, 2, 1)
const minute = 60_000
const after = (date: Date, ms: number): Date => new Date(date.getTime() + ms)

export function windiWorld(size: WindiSize, seed = 1): WindiWorld {
  const random = createRandom(seed)
  const people = Array.from({ length: size.people }, (_, index) => ({
    id: randomUUID(),
    name: `Person ${index}`,
    email: `person${index}@example.org`,
    createdAt: new Date(beginning + index * minute),
  }))
  const pairs = new Set<string>()
  const chats = Array.from({ length: size.chats }, (_, index) => {
    const share = Math.floor(size.messages / size.chats) + (index < size.messages % size.chats ? 1 : 0)
    const createdAt = new Date(beginning + (size.people + index) * minute)
    return random.chance(0.4)
      ? windiGroup(random, people, index, createdAt, share)
      : personalChat(random, people, pairs, createdAt, share)
  })
  return { people, chats }
}

function personalChat(
  random: Random,
  people: readonly WindiPerson[],
  pairs: Set<string>,
  createdAt: Date,
  count: number,
): WindiChat {
  for (;;) {
    const pair = random.shuffle(people).slice(0, 2)
    const key = pair
      .map(({ id }) => id)
      .sort()
      .join()
    if (pairs.has(key)) continue
    pairs.add(key)
    const members = pair.map((person) => ({ person, joinedAt: createdAt, isGone: false }))
    const title = `Чат ${pair.map(({ name }) => name).join(' и ')}`
    return { ...filled(random, members, createdAt, count), id: randomUUID(), isPersonal: true, title }
  }
}

/** Some come later, and in some groups one has gone who wrote. */
function windiGroup(
  random: Random,
  people: readonly WindiPerson[],
  index: number,
  createdAt: Date,
  count: number,
): WindiChat {
  const chosen = random.shuffle(people).slice(0, random.int(3, Math.min(12, people.length)))
  const members = chosen.map((person, place) => ({
    person,
    joinedAt: place > 1 && random.chance(0.3) ? after(createdAt, random.int(1, count) * minute) : createdAt,
    isGone: place === chosen.length - 1 && random.chance(0.4),
  }))
  return {
    ...filled(random, members, createdAt, count),
    id: randomUUID(),
    isPersonal: false,
    title: `Group ${index}`,
  }
}

/** Everybody writes from when they joined on, and reads what was written from then on, up to somewhere, mostly without a gap. */
function filled(random: Random, members: readonly WindiMember[], createdAt: Date, count: number) {
  let at = createdAt
  const messages: WindiMessage[] = []
  for (let index = 0; index < count; index += 1) {
    // Now and then two in one millisecond.
    at = after(at, random.chance(0.05) ? 0 : random.int(1, minute))
    const present = members.filter(({ joinedAt }) => joinedAt <= at)
    const { person } = random.pick(present)
    messages.push({ id: randomUUID(), sender: person, text: `Message ${index} 🙂`, at, reads: new Map() })
  }
  for (const { person, joinedAt, isGone } of members) {
    if (isGone) continue
    const end = random.int(0, count)
    let readAt = joinedAt
    for (const message of messages.slice(0, end)) {
      if (message.sender === person || message.at < joinedAt || random.chance(0.03)) continue
      readAt = after(readAt > message.at ? readAt : message.at, random.int(1, 5_000))
      message.reads.set(person, readAt)
    }
  }
  return { createdAt, members, messages }
}

const tables = `
  CREATE TYPE chattype AS ENUM ('PERSONAL', 'GROUP');
  CREATE TABLE users (
    id uuid PRIMARY KEY, name varchar NOT NULL, email varchar(255) NOT NULL UNIQUE, hashed_password varchar(200) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE groups (
    id uuid PRIMARY KEY, title varchar NOT NULL, creator_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE chats (
    id uuid PRIMARY KEY, name varchar(100) NOT NULL, type chattype NOT NULL, group_id uuid UNIQUE REFERENCES groups ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE chat_members (
    chat_id uuid NOT NULL REFERENCES chats ON DELETE CASCADE, user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    joined_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (chat_id, user_id)
  );
  CREATE TABLE messages (
    id uuid PRIMARY KEY, chat_id uuid NOT NULL REFERENCES chats ON DELETE CASCADE,
    sender_id uuid NOT NULL REFERENCES users ON DELETE CASCADE, text varchar(4096) NOT NULL, idempotency_key varchar(64),
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_sender_idempotency_key UNIQUE (sender_id, idempotency_key)
  );
  CREATE INDEX ix_messages_chat_created ON messages (chat_id, created_at);
  CREATE TABLE message_read_states (
    id uuid PRIMARY KEY, message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE, read_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_message_read_state UNIQUE (message_id, user_id)
  )`

/** Writes the world into an empty database. */
export async function writeWindiWorld(
  connection: pg.ClientConfig,
  { people, chats }: WindiWorld,
): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    await client.query(tables)
    const hashed = await hash(windiPassword, { cost: 4 })
    await insert(
      client,
      'users (id, name, email, hashed_password, created_at)',
      people.map(({ id, name, email, createdAt }) => [id, name, email, hashed, createdAt]),
    )
    const groups = chats.filter(({ isPersonal }) => !isPersonal)
    await insert(
      client,
      'groups (id, title, creator_id)',
      groups.map(({ id, title, members }) => [id, title, members[0]?.person.id]),
    )
    await insert(
      client,
      'chats (id, name, type, group_id, created_at)',
      chats.map(({ id, title, isPersonal, createdAt }) => [
        id,
        title,
        isPersonal ? 'PERSONAL' : 'GROUP',
        isPersonal ? null : id,
        createdAt,
      ]),
    )
    await insert(
      client,
      'chat_members (chat_id, user_id, joined_at)',
      chats.flatMap(({ id, members }) =>
        members.filter(({ isGone }) => !isGone).map(({ person, joinedAt }) => [id, person.id, joinedAt]),
      ),
    )
    for (const chat of chats) await writeMessages(client, chat)
  } finally {
    await client.end()
  }
}

/** Those of one millisecond are some microseconds apart. */
export async function writeMessages(
  client: pg.Client,
  { id, messages }: Pick<WindiChat, 'id' | 'messages'>,
): Promise<void> {
  let [last, micros] = [0, 0]
  const timeOf = ({ at }: WindiMessage): string => {
    micros = at.getTime() === last ? micros + 1 : 0
    last = at.getTime()
    return at.toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`)
  }
  await insert(
    client,
    'messages (id, chat_id, sender_id, text, idempotency_key, created_at)',
    messages.map((message) => [message.id, id, message.sender.id, message.text, message.id, timeOf(message)]),
  )
  await insert(
    client,
    'message_read_states (id, message_id, user_id, read_at)',
    messages.flatMap((message) =>
      [...message.reads, [message.sender, message.at] as const].map(([person, at]) => [
        randomUUID(),
        message.id,
        person.id,
        at,
      ]),
    ),
  )
}

const rowsAtOnce = 10_000

async function insert(
  client: pg.Client,
  target: string,
  rows: readonly (readonly unknown[])[],
): Promise<void> {
  const [table = ''] = target.split(' ')
  const columns = target.slice(table.length + 2, -1)
  const names = columns.split(', ')
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const objects = rows
      .slice(from, from + rowsAtOnce)
      .map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])))
    await client.query(
      `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1)`,
      [JSON.stringify(objects)],
    )
  }
}
