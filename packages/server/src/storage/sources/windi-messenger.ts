// What windi-messenger (github.com/bodaue/windi-messenger) keeps, as an import takes it.
//
// It notes each message that somebody read, their own at once. Who is not in a group any more has no row there, but messages.
import type { ForeignChat, ForeignMember, ImportSource } from '../../core/import/source.ts'
import { openForeignDatabase } from './foreign-database.ts'
import type { OpenSource } from './open-source.ts'

const people = `
  SELECT u.id::text AS key, u.name, u.email, u.hashed_password AS hash, u.created_at
  FROM users u
  ORDER BY u.created_at, u.id`

const chats = `
  SELECT c.id::text AS key, lower(c.type::text) AS type, COALESCE(g.title, c.name) AS title, c.created_at, g.creator_id::text AS creator,
    p.people, p.joined, p.gone
  FROM chats c
  LEFT JOIN groups g ON g.id = c.group_id
  CROSS JOIN LATERAL (
    SELECT array_agg(s.user_id::text ORDER BY s.joined_at, s.user_id) AS people, array_agg(s.joined_at ORDER BY s.joined_at, s.user_id) AS joined,
      array_agg(s.left_at ORDER BY s.joined_at, s.user_id) AS gone
    FROM (
      SELECT k.user_id, k.joined_at, NULL::timestamptz AS left_at FROM chat_members k WHERE k.chat_id = c.id
      UNION ALL
      SELECT m.sender_id, min(m.created_at), max(m.created_at) FROM messages m
      WHERE m.chat_id = c.id AND NOT EXISTS (SELECT FROM chat_members k WHERE k.chat_id = c.id AND k.user_id = m.sender_id)
      GROUP BY m.sender_id
    ) s
  ) p
  ORDER BY c.created_at, c.id`

const messages = `
  SELECT m.id::text AS key, m.chat_id::text AS chat, m.sender_id::text AS sender, m.text, m.created_at
  FROM messages m
  ORDER BY m.chat_id, m.created_at, m.id`

const reads = `
  SELECT r.message_id::text AS message, r.user_id::text AS person, r.read_at
  FROM message_read_states r JOIN messages m ON m.id = r.message_id
  WHERE r.user_id <> m.sender_id
  ORDER BY m.chat_id, r.user_id, m.created_at, m.id`

interface PersonRow {
  readonly key: string
  readonly name: string
  readonly email: string
  readonly hash: string
  readonly created_at: Date
}

/** The arrays are null where nobody is. */
interface ChatRow {
  readonly key: string
  readonly type: string
  readonly title: string
  readonly created_at: Date
  readonly creator: string | null
  readonly people: readonly string[] | null
  readonly joined: readonly Date[] | null
  readonly gone: readonly (Date | null)[] | null
}

interface MessageRow {
  readonly key: string
  readonly chat: string
  readonly sender: string
  readonly text: string
  readonly created_at: Date
}

interface ReadRow {
  readonly message: string
  readonly person: string
  readonly read_at: Date
}

const pageSizes = { people: 1_000, chats: 200, rows: 2_000 } as const

/** As openForeignDatabase does. */
export async function openWindiMessenger(url: string): Promise<OpenSource> {
  const database = await openForeignDatabase(url, 'windi-messenger', [people, chats, messages, reads])
  const source: ImportSource = {
    name: 'windi-messenger',
    async *people() {
      for await (const rows of database.pages<PersonRow>(people, pageSizes.people)) {
        yield rows.map(({ key, name, email, hash, created_at }) => ({
          key,
          username: null,
          email,
          name,
          passwordHash: hash,
          createdAt: created_at,
        }))
      }
    },
    async *chats() {
      for await (const rows of database.pages<ChatRow>(chats, pageSizes.chats)) yield rows.map(toChat)
    },
    async *messages() {
      for await (const rows of database.pages<MessageRow>(messages, pageSizes.rows)) {
        yield rows.map(({ key, chat, sender, text, created_at }) => ({
          key,
          chatKey: chat,
          senderKey: sender,
          text,
          createdAt: created_at,
        }))
      }
    },
    async *reads() {
      for await (const rows of database.pages<ReadRow>(reads, pageSizes.rows)) {
        yield rows.map(({ message, person, read_at }) => ({
          messageKey: message,
          personKey: person,
          at: read_at,
        }))
      }
    },
  }
  return { source, close: () => database.close() }
}

/** A personal chat of which one has gone is a group of the other. */
function toChat({ key, type, title, created_at, creator, people, joined, gone }: ChatRow): ForeignChat {
  const members = (people ?? []).map(
    (personKey, index): ForeignMember => ({
      personKey,
      role: personKey === creator ? 'owner' : 'member',
      joinedAt: joined?.[index] ?? created_at,
      leftAt: gone?.[index] ?? null,
    }),
  )
  const isDirect = type === 'personal' && members.length === 2
  return { key, kind: isDirect ? 'direct' : 'group', title, createdAt: created_at, members }
}
