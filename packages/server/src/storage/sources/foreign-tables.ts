// What is the same for all programs that keep people, chats, messages and readings in tables: an adapter only says how its rows are called.
import { limits } from '@parley/protocol'
import type {
  ForeignChat,
  ForeignFile,
  ForeignMember,
  ForeignMessage,
  ForeignPerson,
  ImportSource,
} from '../../core/import/source.ts'
import { type ForeignDatabase, openForeignDatabase } from './foreign-database.ts'
import type { OpenSource } from './open-source.ts'

/** Queries with these columns. Keys are texts, times are `timestamptz`. */
export interface ForeignTables {
  /** key, username, email, name, hash, created_at, gone_at. */
  readonly people: string
  /**
   * key, kind, title (null where it has none), posting, visibility, created_at. The kind is `direct` where two talk, `direct or notes` where
   * one may also talk alone, or `group`.
   */
  readonly chats: string
  /** Who is in a chat (rows without one of them are none): chat, person, role, joined_at (when the chat was made, where nothing is known). */
  readonly members: string
  /** key, chat, sender, text, created_at. */
  readonly messages: string
  /** message, at: when those were edited that were; left out where nothing tells. */
  readonly edits?: string
  /** message, key, place (by which those of a message are in order), name, path, size; left out where there are none. */
  readonly files?: string
  /** message, person, at, once for each pair; also the sender's own. Left out where nothing tells. */
  readonly reads?: string
}

/** Where the tables may have several names: those of this database. Throws UnfitDatabaseError. */
type FindTables = (database: ForeignDatabase) => Promise<ForeignTables>

// Keys are sorted by their bytes, which is faster than as a language would and the same everywhere.
const byKey = 'COLLATE "C"'

/**
 * The chats as they come here. Whoever wrote in one and is not in it is a former member. The order of its people: who joined first, then
 * who wrote first. Several direct chats of the same people have the oldest as their home: they are one chat.
 */
const homes = ({ people, chats, members, messages }: ForeignTables): string => `
  given_people AS MATERIALIZED (${people}), given_members AS MATERIALIZED (
    SELECT k.* FROM (${members}) k WHERE k.chat IS NOT NULL AND k.person IS NOT NULL
  ), writers AS MATERIALIZED (
    SELECT m.chat, m.sender, min(m.created_at) AS first_at, max(m.created_at) AS last_at
    FROM (${messages}) m WHERE m.chat IS NOT NULL AND m.sender IS NOT NULL GROUP BY m.chat, m.sender
  ), places AS (
    SELECT COALESCE(k.chat, w.chat) AS chat, COALESCE(k.person, w.sender) AS person, COALESCE(k.role, 'member') AS role,
      COALESCE(k.joined_at, w.first_at) AS joined_at, CASE WHEN k.person IS NULL THEN w.last_at END AS left_at, w.first_at
    FROM given_members k FULL JOIN writers w ON w.chat = k.chat AND w.sender = k.person
  ), companies AS (
    SELECT p.chat, count(*) AS size, count(p.left_at) AS gone, array_agg(p.person ORDER BY p.person ${byKey}) AS who,
      array_agg(p.person ORDER BY p.joined_at, p.first_at, p.person ${byKey}) AS people,
      array_agg(p.role ORDER BY p.joined_at, p.first_at, p.person ${byKey}) AS roles,
      array_agg(p.joined_at ORDER BY p.joined_at, p.first_at, p.person ${byKey}) AS joined,
      array_agg(p.left_at ORDER BY p.joined_at, p.first_at, p.person ${byKey}) AS left_at,
      string_agg(u.name, ', ' ORDER BY u.name ${byKey}) FILTER (WHERE p.left_at IS NULL) AS names
    FROM places p LEFT JOIN given_people u ON u.key = p.person
    GROUP BY p.chat
  ), known AS (
    SELECT c.*, d.is_direct, p.who, p.people, p.roles, p.joined, p.left_at, p.names
    FROM (${chats}) c
    LEFT JOIN companies p ON p.chat = c.key
    CROSS JOIN LATERAL (
      SELECT COALESCE(p.gone = 0 AND (p.size = 2 AND c.kind <> 'group' OR p.size = 1 AND c.kind = 'direct or notes'), false) AS is_direct
    ) d
  ), homes AS MATERIALIZED (
    SELECT k.*, first_value(k.key) OVER (
      PARTITION BY k.is_direct, CASE WHEN k.is_direct THEN k.who ELSE ARRAY[k.key] END ORDER BY k.created_at, k.key ${byKey}
    ) AS home
    FROM known k
  )`

const noEdits = 'SELECT NULL AS message, NULL::timestamptz AS at WHERE false'
const noReads = 'SELECT NULL AS message, NULL AS person, NULL::timestamptz AS at WHERE false'
const noFiles =
  'SELECT NULL AS message, NULL AS key, 0 AS place, NULL AS name, NULL AS path, 0 AS size WHERE false'

interface Queries {
  readonly people: string
  readonly chats: string
  readonly messages: string
  readonly reads: string
}

/** What names nothing has a key that nothing has, so that it is told of. */
const queriesOf = (tables: ForeignTables): Queries => ({
  people: `SELECT * FROM (${tables.people}) u ORDER BY u.created_at, u.key ${byKey}`,
  chats: `
    WITH ${homes(tables)}
    SELECT h.key, h.is_direct, COALESCE(h.title, left(h.names, ${limits.titleMax}), '') AS title, h.posting, h.visibility, h.created_at,
      h.people, h.roles, h.joined, h.left_at
    FROM homes h WHERE h.home = h.key
    ORDER BY h.created_at, h.key ${byKey}`,
  messages: `
    WITH ${homes(tables)}
    SELECT m.key, COALESCE(h.home, m.chat, '') AS chat, COALESCE(m.sender, '') AS sender, COALESCE(m.text, '') AS text, m.created_at,
      e.at AS edited_at, f.files
    FROM (${tables.messages}) m LEFT JOIN homes h ON h.key = m.chat
    LEFT JOIN (${tables.edits ?? noEdits}) e ON e.message = m.key
    LEFT JOIN (
      SELECT g.message, json_agg(json_build_object('key', g.key, 'name', g.name, 'path', g.path, 'size', g.size) ORDER BY g.place) AS files
      FROM (${tables.files ?? noFiles}) g GROUP BY g.message
    ) f ON f.message = m.key
    ORDER BY h.home ${byKey}, m.created_at, m.key ${byKey}`,
  reads: `
    WITH ${homes(tables)}
    SELECT r.message, r.person, r.at
    FROM (${tables.reads ?? noReads}) r JOIN (${tables.messages}) m ON m.key = r.message LEFT JOIN homes h ON h.key = m.chat
    WHERE r.person IS DISTINCT FROM m.sender
    ORDER BY h.home ${byKey}, r.person ${byKey}, m.created_at, m.key ${byKey}`,
})

interface PersonRow {
  readonly key: string
  readonly username: string | null
  readonly email: string | null
  readonly name: string
  readonly hash: string
  readonly created_at: Date
  readonly gone_at: Date | null
}

/** The arrays are null where nobody is. */
interface ChatRow {
  readonly key: string
  readonly is_direct: boolean
  readonly title: string
  readonly posting: 'everyone' | 'admins'
  readonly visibility: 'private' | 'public'
  readonly created_at: Date
  readonly people: readonly string[] | null
  readonly roles: readonly ForeignMember['role'][] | null
  readonly joined: readonly Date[] | null
  readonly left_at: readonly (Date | null)[] | null
}

interface MessageRow {
  readonly key: string
  readonly chat: string
  readonly sender: string
  readonly text: string
  readonly created_at: Date
  readonly edited_at: Date | null
  readonly files: readonly Pick<ForeignFile, 'key' | 'name' | 'path' | 'size'>[] | null
}

interface ReadRow {
  readonly message: string
  readonly person: string
  readonly at: Date
}

const pageSizes = { people: 1_000, chats: 200, messages: 2_000, reads: 2_000 } as const

/** What `program` keeps at that address. Throws as openForeignDatabase does. */
export async function openForeignTables(
  program: string,
  url: string,
  tables: ForeignTables | FindTables,
): Promise<OpenSource> {
  const isKnown = typeof tables !== 'function'
  const database = await openForeignDatabase(url, program, isKnown ? Object.values(queriesOf(tables)) : [])
  const queries = queriesOf(isKnown ? tables : await found(database, tables))
  async function* rowsOf<Row extends object, T>(name: keyof Queries, toForeign: (row: Row) => T) {
    for await (const rows of database.pages<Row>(queries[name], pageSizes[name])) yield rows.map(toForeign)
  }
  const source: ImportSource = {
    name: program,
    people: () => rowsOf('people', toPerson),
    chats: () => rowsOf('chats', toChat),
    messages: () => rowsOf('messages', toMessage),
    reads: () =>
      rowsOf('reads', ({ message, person, at }: ReadRow) => ({ messageKey: message, personKey: person, at })),
  }
  return { source, close: () => database.close() }
}

async function found(database: ForeignDatabase, find: FindTables): Promise<ForeignTables> {
  try {
    return await find(database)
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Nothing tells when a file came: it is as old as its message. */
const toMessage = (row: MessageRow): ForeignMessage => ({
  key: row.key,
  chatKey: row.chat,
  senderKey: row.sender,
  text: row.text,
  createdAt: row.created_at,
  editedAt: row.edited_at,
  files: (row.files ?? []).map((file) => ({ ...file, createdAt: row.created_at })),
})

const toPerson = ({ key, username, email, name, hash, created_at, gone_at }: PersonRow): ForeignPerson => ({
  key,
  username,
  email,
  name,
  passwordHash: hash,
  createdAt: created_at,
  goneAt: gone_at,
})

const toChat = (row: ChatRow): ForeignChat => ({
  key: row.key,
  kind: row.is_direct ? 'direct' : 'group',
  title: row.title,
  posting: row.posting,
  visibility: row.visibility,
  createdAt: row.created_at,
  members: (row.people ?? []).map(
    (personKey, index): ForeignMember => ({
      personKey,
      role: row.roles?.[index] ?? 'member',
      joinedAt: row.joined?.[index] ?? row.created_at,
      leftAt: row.left_at?.[index] ?? null,
    }),
  ),
})
