// What of a windi-messenger is in a Parley after an import, in a form that can be compared with what it was made of.
import type pg from 'pg'
import type { WindiChat, WindiWorld } from './windi-database.ts'

/** People by their emails; times as in JSON. */
export interface Taken {
  readonly people: readonly string[]
  readonly chats: readonly TakenChat[]
}

interface TakenChat {
  readonly kind: string
  readonly title: string | null
  readonly createdAt: string
  readonly members: readonly string[]
  readonly messages: readonly string[]
  readonly reads: readonly string[]
}

const line = (...parts: readonly unknown[]): string =>
  parts.map((part) => (part instanceof Date ? part.toISOString() : String(part))).join(' | ')

export function takenOf({ people, chats }: WindiWorld): Taken {
  return {
    people: people.map(({ email, name, createdAt }) => line(email, name, createdAt)).sort(),
    chats: chats.map(takenChatOf).sort(byTime),
  }
}

const byTime = (a: TakenChat, b: TakenChat): number => (a.createdAt < b.createdAt ? -1 : 1)

function takenChatOf({ isPersonal, title, createdAt, members, messages }: WindiChat): TakenChat {
  const membersHere = members.flatMap(({ person, joinedAt, isGone }, place) => {
    const own = messages.filter(({ sender }) => sender === person)
    const [firstOwn] = own
    // Nothing says that somebody was there who is gone and never wrote.
    if (isGone && firstOwn === undefined) return []
    const joined = isGone ? (firstOwn?.at ?? joinedAt) : joinedAt
    const joinedSeq = messages.filter(({ at }) => at < joined).length
    const lastRead = messages.findLastIndex(({ reads }) => reads.has(person)) + 1
    const role = !isPersonal && place === 0 ? 'owner' : 'member'
    const left = isGone ? own.at(-1)?.at : null
    return line(person.email, role, joined, left, joinedSeq, Math.max(joinedSeq, lastRead))
  })
  return {
    kind: isPersonal ? 'direct' : 'group',
    title: isPersonal ? null : title,
    createdAt: createdAt.toISOString(),
    members: membersHere.sort(),
    messages: messages.map(({ sender, text, at }, index) =>
      line(index + 1, index + 2, sender.email, at, text),
    ),
    reads: messages
      .flatMap(({ reads }, index) => [...reads].map(([{ email }, at]) => line(email, index + 1, at)))
      .sort(),
  }
}

interface ChatRow {
  readonly id: string
  readonly kind: string
  readonly title: string | null
  readonly created_at: Date
}

export async function readTaken(pool: pg.Pool): Promise<Taken> {
  const read = async <Row extends object>(text: string, values: unknown[] = []) =>
    (await pool.query<Row>(text, values)).rows
  const people = await read<{ email: string; name: string; created_at: Date }>(
    'SELECT email, name, created_at FROM users',
  )
  const chats = await read<ChatRow>('SELECT id, kind, title, created_at FROM chats')
  const emails = new Map(
    (await read<{ id: string; email: string }>('SELECT id, email FROM users')).map(({ id, email }) => [
      id,
      email,
    ]),
  )
  const takenChat = async ({ id, kind, title, created_at }: ChatRow): Promise<TakenChat> => {
    const members = await read<Record<string, unknown> & { user_id: string }>(
      'SELECT user_id, role, joined_at, left_at, joined_seq, read_seq FROM members WHERE chat_id = $1',
      [id],
    )
    const messages = await read<Record<string, unknown> & { sender_id: string }>(
      'SELECT seq, version, sender_id, created_at, text FROM messages WHERE chat_id = $1 ORDER BY seq',
      [id],
    )
    // A mark says that all messages above `after_seq` were read.
    const reads = await read<{ user_id: string; seq: number; at: Date }>(
      `SELECT r.user_id, m.seq, r.at FROM read_marks r JOIN messages m ON m.chat_id = r.chat_id AND m.seq > r.after_seq AND m.seq <= r.seq
       WHERE r.chat_id = $1`,
      [id],
    )
    return {
      kind,
      title,
      createdAt: created_at.toISOString(),
      members: members
        .map((row) =>
          line(emails.get(row.user_id), row.role, row.joined_at, row.left_at, row.joined_seq, row.read_seq),
        )
        .sort(),
      messages: messages.map((row) =>
        line(row.seq, row.version, emails.get(row.sender_id), row.created_at, row.text),
      ),
      reads: reads.map(({ user_id, seq, at }) => line(emails.get(user_id), seq, at)).sort(),
    }
  }
  return {
    people: people.map(({ email, name, created_at }) => line(email, name, created_at)).sort(),
    chats: (await Promise.all(chats.map(takenChat))).sort(byTime),
  }
}
