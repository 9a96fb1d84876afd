// Makes the keys of all texts again when this code makes them otherwise than the one that wrote the database.
import type pg from 'pg'
import type { Log } from '../core/ports.ts'
import { emailKey, keyForm, textKey, usernameSkeleton } from './text-key.ts'

interface KeyedUser {
  readonly id: string
  readonly number: string
  readonly username: string | null
  readonly username_key: string | null
  readonly username_skeleton: string | null
  readonly email: string | null
  readonly email_key: string | null
  readonly name: string
  readonly name_key: string
}

/** Rows that are read and written at a time. */
const batchSize = 2_000
const firstId = '00000000-0000-0000-0000-000000000000'

/**
 * Expects a transaction that holds the lock of the migrations. Nobody is renamed. Where several accounts would have the same key, the one
 * that has it already keeps it, else the oldest gets it; the others keep theirs, by which they are found as before (formerKey), and are
 * logged.
 */
export async function renewTextKeys(client: pg.Client, log: Log): Promise<void> {
  if (!(await isOfAnotherForm(client))) return
  // Whoever inserts or renames people waits, so that no key is taken meanwhile.
  await client.query('LOCK TABLE users, chats IN SHARE ROW EXCLUSIVE MODE')
  const users = await renewUsers(client, log)
  const chats = await renewChats(client)
  await client.query('DELETE FROM text_key_form')
  await client.query('INSERT INTO text_key_form (form) VALUES ($1)', [keyForm])
  if (users + chats > 0) log.info({ form: keyForm, users, chats }, 'made the keys of texts again')
}

/** False too before the migration that begins to keep the form. */
async function isOfAnotherForm(client: pg.Client): Promise<boolean> {
  const { rows: tables } = await client.query(`SELECT FROM pg_class WHERE oid = to_regclass('text_key_form')`)
  if (tables.length === 0) return false
  const { rows } = await client.query<{ form: string }>('SELECT form FROM text_key_form')
  return rows[0]?.form !== keyForm
}

/** From the oldest on. Gives the number of those that changed. */
async function renewUsers(client: pg.Client, log: Log): Promise<number> {
  let changed = 0
  let number = '0'
  for (;;) {
    const { rows } = await client.query<KeyedUser>(
      `SELECT id, number, username, username_key, username_skeleton, email, email_key, name, name_key
       FROM users WHERE number > $1 AND deleted_at IS NULL ORDER BY number LIMIT $2`,
      [number, batchSize],
    )
    const last = rows.at(-1)
    if (last === undefined) return changed
    number = last.number
    const usernames = await freeKeys(client, 'username_key', rows.map(wantedUsername))
    const skeletons = await freeKeys(client, 'username_skeleton', rows.map(wantedSkeleton))
    const emails = await freeKeys(client, 'email_key', rows.map(wantedEmail))
    const renewed = rows.map((row) => ({
      ...row,
      username_key: usernames.get(row.id) ?? row.username_key,
      username_skeleton: skeletons.get(row.id) ?? row.username_skeleton,
      email_key: emails.get(row.id) ?? row.email_key,
      name_key: textKey(row.name),
    }))
    for (const { id, username, email, username_key, email_key } of renewed) {
      const isKept = username_key !== keyOrNull(username, textKey) || email_key !== keyOrNull(email, emailKey)
      if (isKept) log.warn({ userId: id }, 'an account keeps its former key, for another one has its name')
    }
    changed += await writeUsers(
      client,
      renewed.filter((row, index) => !isSame(row, rows[index])),
    )
  }
}

interface Wanted {
  readonly id: string
  readonly present: string | null
  readonly key: string | null
}

const keyOrNull = (text: string | null, keyOf: (text: string) => string): string | null =>
  text === null ? null : keyOf(text)

const wantedUsername = ({ id, username, username_key: present }: KeyedUser): Wanted => ({
  id,
  present,
  key: keyOrNull(username, textKey),
})
const wantedSkeleton = ({ id, username, username_skeleton: present }: KeyedUser): Wanted => ({
  id,
  present,
  key: keyOrNull(username, usernameSkeleton),
})
const wantedEmail = ({ id, email, email_key: present }: KeyedUser): Wanted => ({
  id,
  present,
  key: keyOrNull(email, emailKey),
})

/** The keys that nobody has, by the id of whom they go to: the first of those who want them. */
async function freeKeys(
  client: pg.Client,
  column: 'username_key' | 'username_skeleton' | 'email_key',
  wanted: readonly Wanted[],
): Promise<Map<string, string>> {
  const changes = wanted.flatMap(({ id, present, key }) =>
    key === null || key === present ? [] : { id, key },
  )
  const { rows } = await client.query<{ key: string }>(
    `SELECT ${column} AS key FROM users WHERE ${column} = ANY ($1::text[])`,
    [changes.map(({ key }) => key)],
  )
  const taken = new Set(rows.map(({ key }) => key))
  const free = new Map<string, string>()
  for (const { id, key } of changes) {
    if (taken.has(key)) continue
    taken.add(key)
    free.set(id, key)
  }
  return free
}

const isSame = (one: KeyedUser, other: KeyedUser | undefined): boolean =>
  one.username_key === other?.username_key &&
  one.username_skeleton === other.username_skeleton &&
  one.email_key === other.email_key &&
  one.name_key === other.name_key

async function writeUsers(client: pg.Client, users: readonly KeyedUser[]): Promise<number> {
  await client.query(
    `UPDATE users u SET username_key = k.username_key, username_skeleton = k.username_skeleton, email_key = k.email_key,
       name_key = k.name_key
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
       AS k (id, username_key, username_skeleton, email_key, name_key)
     WHERE u.id = k.id`,
    [
      users.map(({ id }) => id),
      users.map(({ username_key }) => username_key),
      users.map(({ username_skeleton }) => username_skeleton),
      users.map(({ email_key }) => email_key),
      users.map(({ name_key }) => name_key),
    ],
  )
  return users.length
}

/** Titles need not be different. Gives the number of those that changed. */
async function renewChats(client: pg.Client): Promise<number> {
  let changed = 0
  let after = firstId
  for (;;) {
    const { rows } = await client.query<{ id: string; title: string; title_key: string | null }>(
      'SELECT id, title, title_key FROM chats WHERE id > $1 AND title IS NOT NULL ORDER BY id LIMIT $2',
      [after, batchSize],
    )
    const last = rows.at(-1)
    if (last === undefined) return changed
    after = last.id
    const others = rows
      .map(({ id, title, title_key }) => ({ id, title_key, key: textKey(title) }))
      .filter(({ title_key, key }) => title_key !== key)
    await client.query(
      `UPDATE chats c SET title_key = k.key FROM unnest($1::uuid[], $2::text[]) AS k (id, key) WHERE c.id = k.id`,
      [others.map(({ id }) => id), others.map(({ key }) => key)],
    )
    changed += others.length
  }
}
