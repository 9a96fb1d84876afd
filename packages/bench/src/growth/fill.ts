// Fills a server's database with what years of use leave there: messages, and people who never log in. Written by SQL into the
// tables themselves, since the server would take hours; what the database keeps up by itself (statistics, dead rows, the
// map of pages that all may see) is brought to where it would be.
import type { Client } from 'pg'

export interface Filling {
  /** Every second message is of the first chat, the others are of the rest in turn. */
  readonly chatIds: readonly string[]
  readonly senderIds: readonly string[]
  readonly messages: number
}

/** Milliseconds from one message to the next. */
const pace = 20_000
/** Of so many messages one was deleted, and of so many one was edited. */
const deletedEach = 100
const editedEach = 50

/** Adds messages, in the order in which they would have come: neighbours in a chat lie apart in the table. */
export async function addMessages(
  database: Client,
  { chatIds, senderIds, messages }: Filling,
): Promise<void> {
  await database.query(
    `WITH due AS (
       SELECT n, ($1::uuid[])[CASE WHEN n % 2 = 0 THEN 1 ELSE 2 + (n / 2) % (cardinality($1::uuid[]) - 1) END] AS chat_id
       FROM generate_series(0, $3::int - 1) n
     ), numbered AS (
       SELECT due.*, row_number() OVER (PARTITION BY chat_id ORDER BY n) AS nth,
         now() - make_interval(secs => ($3::int - n) * $4::float8 / 1000) AS at
       FROM due
     )
     INSERT INTO messages (chat_id, seq, version, created_at, edited_at, deleted_at, changed, id, sender_id, text)
     SELECT c.id, c.last_seq + d.nth, c.version + d.nth, d.at,
       CASE WHEN d.n % ${editedEach} = 1 THEN d.at END,
       CASE WHEN d.n % ${deletedEach} = 2 THEN d.at END,
       d.n % ${editedEach} = 1 OR d.n % ${deletedEach} = 2,
       uuidv7(d.at - now()), ($2::uuid[])[1 + d.n % cardinality($2::uuid[])],
       CASE WHEN d.n % ${deletedEach} <> 2 THEN left(repeat(md5(d.n::text), 6), 20 + (d.n * 7) % 160) END
     FROM numbered d JOIN chats c ON c.id = d.chat_id
     ORDER BY d.n`,
    [chatIds, senderIds, messages, pace],
  )
  await database.query(
    `UPDATE chats c SET last_seq = m.last, version = c.version + (m.last - c.last_seq), active_at = now()
     FROM (SELECT chat_id, max(seq) AS last FROM messages WHERE chat_id = ANY ($1::uuid[]) GROUP BY chat_id) m
     WHERE c.id = m.chat_id`,
    [chatIds],
  )
}

/** Everybody has read all but the last `unread` of each chat; `late` has read all but a tenth of the first. */
export async function moveCursors(
  database: Client,
  chatIds: readonly string[],
  unread: number,
  late: string,
): Promise<void> {
  await database.query(
    `UPDATE members m SET read_at = now(), read_seq = GREATEST(m.read_seq, c.last_seq -
       CASE WHEN m.user_id = $3 AND m.chat_id = ($1::uuid[])[1] THEN GREATEST($2, c.last_seq / 10) ELSE $2 END)
     FROM chats c
     WHERE c.id = m.chat_id AND m.chat_id = ANY ($1::uuid[])`,
    [chatIds, unread, late],
  )
}

/** What autovacuum does in time, and a checkpoint, so that none comes in the middle of a measurement. */
export async function settle(database: Client): Promise<void> {
  await database.query('VACUUM (ANALYZE)')
  await database.query('CHECKPOINT')
}

/** People who never log in; `like` is somebody who registered. Returns their ids. */
export async function addPeople(database: Client, count: number, like: string): Promise<string[]> {
  const { rows } = await database.query<{ id: string }>(
    `INSERT INTO users (id, username, username_key, name, name_key, bio, locale, password_hash, created_at)
     SELECT uuidv7(), 'passive_' || u.number || '_' || n, 'passive_' || u.number || '_' || n,
       'Passive ' || n, 'passive ' || n, '', u.locale, u.password_hash, now()
     FROM users u, generate_series(1, $1::int) n
     WHERE u.id = $2
     RETURNING id`,
    [count, like],
  )
  return rows.map(({ id }) => id)
}
