// What the databases of chat-application and chat-backend are filled with, and what of it is in a Parley after an import.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type pg from 'pg'
import { createRandom, type Random } from '../../packages/server/src/demo/random.ts'
import { openLocalFileStore } from '../../packages/server/src/files/local.ts'

export interface Sizes {
  readonly people: number
  readonly chats: number
  readonly messages: number
}

/** What must be there afterwards; people by their emails, times as in JSON. */
export interface Generated {
  readonly people: readonly string[]
  /** In the order of their times, of which no two are the same. */
  readonly chats: readonly GeneratedChat[]
}

export interface GeneratedChat {
  readonly kind: 'direct' | 'group'
  readonly title: string | null
  readonly createdAt: string
  /** With roles, and whether they have left. */
  readonly members: readonly string[]
  /** In order. */
  readonly messages: readonly GeneratedMessage[]
}

export interface GeneratedMessage {
  readonly sender: string
  readonly text: string
  readonly at: string
  readonly editedAt: string | null
  /** Names, sizes and hashes, in order. */
  readonly files: readonly string[]
  /** Who read it, and when. */
  readonly readBy: readonly string[]
}

export const emailOf = (index: number): string => `person${index}@example.org`
export const digestOf = (name: string, content: Uint8Array): string =>
  `${name} ${content.byteLength} ${createHash('sha256').update(content).digest('hex')}`

const beginning = Date.UTC(2024, 2, 1)
const minute = 60_000
export const timeOf = (minutes: number, ms = 0): Date => new Date(beginning + minutes * minute + ms)

/** Different each time, and the same for the same sizes. */
export function createPairs({ people, chats }: Sizes, seed: number) {
  const random = createRandom(seed)
  const all = Array.from({ length: people }, (_, first) =>
    Array.from({ length: people - first - 1 }, (_, more) => [first, first + more + 1] as const),
  ).flat()
  if (all.length < chats) throw new Error('There are not so many pairs')
  return { random, pairs: random.shuffle(all).slice(0, chats) }
}

/** Of so many senders each writes; then by chance. */
export const senderOf = (random: Random, place: number, senders: readonly number[]): number =>
  senders[place] ?? random.pick(senders)

interface ChatRow extends Pick<GeneratedChat, 'kind' | 'title'> {
  readonly id: string
  readonly created_at: Date
}

interface MessageRow {
  readonly id: string
  readonly seq: number
  readonly sender: string
  readonly text: string
  readonly created_at: Date
  readonly edited_at: Date | null
}

/** What there is, with the bytes of files as they lie in that folder. */
export async function readGenerated(pool: pg.Pool, filesFolder: string): Promise<Generated> {
  const read = async <Row extends object>(text: string, values: unknown[] = []) =>
    (await pool.query<Row>(text, values)).rows
  const [space] = await read<{ id: string }>('SELECT id FROM file_space')
  const store = await openLocalFileStore(join(filesFolder, space?.id ?? ''))
  const people = await read<{ email: string }>('SELECT email FROM users ORDER BY email COLLATE "C"')
  const chats = await read<ChatRow>('SELECT id, kind, title, created_at FROM chats ORDER BY created_at')
  const filesOf = async (messageId: string): Promise<string[]> => {
    const rows = await read<{ id: string; name: string }>(
      'SELECT f.id, f.name FROM message_files m JOIN files f ON f.id = m.file_id WHERE m.message_id = $1 ORDER BY m.position',
      [messageId],
    )
    return Promise.all(
      rows.map(async ({ id, name }) => {
        const opened = await store.open(id, 'original')
        return opened === null ? `${name} has no content` : digestOf(name, await buffer(opened.stream))
      }),
    )
  }
  const chatOf = async ({ id, kind, title, created_at }: ChatRow): Promise<GeneratedChat> => {
    const members = await read<{ email: string; role: string; is_gone: boolean }>(
      'SELECT u.email, m.role, m.left_at IS NOT NULL AS is_gone FROM members m JOIN users u ON u.id = m.user_id WHERE m.chat_id = $1',
      [id],
    )
    const messages = await read<MessageRow>(
      `SELECT m.id, m.seq::int, u.email AS sender, m.text, m.created_at, m.edited_at FROM messages m JOIN users u ON u.id = m.sender_id
       WHERE m.chat_id = $1 ORDER BY m.seq`,
      [id],
    )
    const marks = await read<{ email: string; after_seq: number; seq: number; at: Date }>(
      'SELECT u.email, r.after_seq::int, r.seq::int, r.at FROM read_marks r JOIN users u ON u.id = r.user_id WHERE r.chat_id = $1',
      [id],
    )
    return {
      kind,
      title,
      createdAt: created_at.toISOString(),
      members: members.map(({ email, role, is_gone }) => `${email} ${role}${is_gone ? ' gone' : ''}`).sort(),
      messages: await Promise.all(
        messages.map(async (row) => ({
          sender: row.sender,
          text: row.text,
          at: row.created_at.toISOString(),
          editedAt: row.edited_at?.toISOString() ?? null,
          files: await filesOf(row.id),
          readBy: marks
            .filter((mark) => mark.after_seq < row.seq && row.seq <= mark.seq)
            .map(({ email, at }) => `${email} ${at.toISOString()}`)
            .sort(),
        })),
      ),
    }
  }
  return { people: people.map(({ email }) => email), chats: await Promise.all(chats.map(chatOf)) }
}
