// What an import brought, in a form that can be compared with the world that it was given.
import { limits } from '@parley/protocol'
import type pg from 'pg'
import type { World, WorldChat, WorldPerson } from './world.ts'

/** People by their emails; times as in JSON. */
export interface Taken {
  readonly people: readonly string[]
  readonly chats: readonly TakenChat[]
}

interface TakenChat {
  readonly kind: string
  readonly title: string | null
  readonly posting: string
  readonly visibility: string
  readonly createdAt: string
  readonly members: readonly string[]
  readonly messages: readonly string[]
  readonly reads: readonly string[]
}

const line = (...parts: readonly unknown[]): string =>
  parts.map((part) => (part instanceof Date ? part.toISOString() : String(part))).join(' | ')

/** Of an account whose time the other program did not know: no world goes that far. */
const sinceImport = Date.UTC(2026, 0)
const accountTime = (at: Date | null) => (at === null || at.getTime() >= sinceImport ? 'imported' : at)

export function takenOf({ people, chats }: World): Taken {
  return {
    people: people
      .map(({ email, username, name, createdAt }) => line(email, username, name, accountTime(createdAt)))
      .sort(),
    chats: chats.map(takenChatOf).sort(byTime),
  }
}

const byTime = (a: TakenChat, b: TakenChat): number => (a.createdAt < b.createdAt ? -1 : 1)

function takenChatOf(chat: WorldChat): TakenChat {
  const { kind, isPublic, createdAt, members, messages } = chat
  const owner = kind === 'direct' ? null : ownerOf(chat)
  const membersHere = members.flatMap(({ person, joinedAt, isGone }) => {
    const own = messages.filter(({ sender }) => sender === person)
    const [firstOwn] = own
    // Nothing says that somebody was there who is gone and never wrote.
    if (isGone && firstOwn === undefined) return []
    const joined = isGone ? (firstOwn?.at ?? joinedAt) : joinedAt
    const joinedSeq = messages.filter(({ at }) => at < joined).length
    const lastRead = messages.findLastIndex(({ reads }) => reads.has(person)) + 1
    const left = isGone ? own.at(-1)?.at : null
    const role = person === owner ? 'owner' : 'member'
    return line(person.email, role, joined, left, joinedSeq, Math.max(joinedSeq, lastRead))
  })
  return {
    kind: kind === 'direct' ? 'direct' : 'group',
    title: titleOf(chat),
    posting: kind === 'channel' ? 'admins' : 'everyone',
    visibility: isPublic ? 'public' : 'private',
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

/** After its people, where there is none. */
function titleOf({ kind, title, members }: WorldChat): string | null {
  if (kind === 'direct') return null
  const names = members.filter(({ isGone }) => !isGone).map(({ person }) => person.name)
  return title ?? names.sort().join(', ').slice(0, limits.titleMax).trim()
}

/** Who made the group, else who joined first, else who wrote first. */
function ownerOf({ creator, members, messages }: WorldChat): WorldPerson | null {
  const present = members.filter(({ isGone }) => !isGone)
  if (present.some(({ person }) => person === creator)) return creator
  const wrote = (person: WorldPerson) => {
    const first = messages.findIndex(({ sender }) => sender === person)
    return first < 0 ? Number.POSITIVE_INFINITY : first
  }
  const [heir] = present.toSorted(
    (a, b) =>
      a.joinedAt.getTime() - b.joinedAt.getTime() ||
      // Of two that never wrote the difference is not a number.
      Math.sign(wrote(a.person) - wrote(b.person)) ||
      (a.person.id < b.person.id ? -1 : 1),
  )
  return heir?.person ?? null
}

interface ChatRow {
  readonly id: string
  readonly kind: string
  readonly title: string | null
  readonly posting: string
  readonly visibility: string
  readonly created_at: Date
}

export async function readTaken(pool: pg.Pool): Promise<Taken> {
  const read = async <Row extends object>(text: string, values: unknown[] = []) =>
    (await pool.query<Row>(text, values)).rows
  const people = await read<{
    id: string
    email: string
    username: string | null
    name: string
    created_at: Date
  }>('SELECT id, email, username, name, created_at FROM users')
  const chats = await read<ChatRow>('SELECT id, kind, title, posting, visibility, created_at FROM chats')
  const emails = new Map(people.map(({ id, email }) => [id, email]))
  const takenChat = async ({ id, created_at, ...chat }: ChatRow): Promise<TakenChat> => {
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
      ...chat,
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
    people: people
      .map(({ email, username, name, created_at }) => line(email, username, name, accountTime(created_at)))
      .sort(),
    chats: (await Promise.all(chats.map(takenChat))).sort(byTime),
  }
}
