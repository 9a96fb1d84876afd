// Which other messenger's database one is, by its tables and columns.
import type pg from 'pg'

/** Columns, each `table.column`, that its database has and that of none of the others. They are what its own migrations make. */
const signatures = {
  'chat-application': [
    'chats.type',
    'group_members.group_id',
    'groups.chat_id',
    'messages.timestamp',
    'users.hashed_password',
  ],
  'messenger-api': [
    'chat_participants.chat_id',
    'chats.is_group',
    'message_reads.read_at',
    'users.is_active',
  ],
  'windi-messenger': [
    'chat_members.joined_at',
    'chats.group_id',
    'groups.title',
    'message_read_states.read_at',
  ],
  messenger: [
    'chat_participants.chat_id',
    'chats.chat_type',
    'group_participants.group_id',
    'users.password',
  ],
  'chat-backend': ['chats.user1_id', 'chats.user2_id', 'message_files.file_path', 'users.hashed_password'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** A program whose clients Parley serves. */
export type ForeignProgram = keyof typeof signatures

export const foreignPrograms = Object.keys(signatures) as ForeignProgram[]

/** Null for what is none of theirs. Looks at the tables that the connection finds without naming a schema, and at no row of them. */
export async function recogniseProgram(client: Pick<pg.Client, 'query'>): Promise<ForeignProgram | null> {
  const wanted = Object.values(signatures).flat()
  const { rows } = await client.query<{ column: string }>(
    `SELECT c.relname || '.' || a.attname AS column FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_table_is_visible(c.oid) AND NOT a.attisdropped
      AND c.relname || '.' || a.attname = ANY($1)`,
    [wanted],
  )
  const found = new Set(rows.map(({ column }) => column))
  return foreignPrograms.find((name) => signatures[name].every((column) => found.has(column))) ?? null
}
