// Rows as the statements of this folder name their columns, and the objects that they become.
import type {
  Chat,
  ChatView,
  EmailVisibility,
  File,
  Id,
  Me,
  Member,
  Message,
  Preferences,
  Role,
  Time,
  User,
} from '@parley/protocol'

/** A time of a row: the driver gives a Date, a row inside JSON has text. */
export type SqlTime = Date | string

export const toTime = (time: SqlTime): Time => new Date(time).toISOString()
const toTimeOrNull = (time: SqlTime | null): Time | null => (time === null ? null : toTime(time))

export interface UserRow {
  readonly id: Id
  readonly username: string | null
  readonly name: string
  readonly bio: string
  readonly avatar_file_id: Id | null
  readonly created_at: SqlTime
  readonly deleted_at: SqlTime | null
}

export interface MeRow extends UserRow {
  readonly email: string | null
  readonly email_visibility: EmailVisibility
  readonly locale: 'en' | 'ru'
  readonly is_admin: boolean
}

export const toUser = (row: UserRow): User => ({
  id: row.id,
  username: row.username,
  name: row.name,
  bio: row.bio,
  avatar_id: row.deleted_at === null ? row.avatar_file_id : null,
  created_at: toTime(row.created_at),
  deleted_at: toTimeOrNull(row.deleted_at),
})

export const toMe = (row: MeRow): Me => ({
  ...toUser(row),
  email: row.email,
  email_visibility: row.email_visibility,
  locale: row.locale,
  is_admin: row.is_admin,
})

export interface FileRow {
  readonly id: Id
  readonly name: string
  readonly media_type: string
  readonly size: number
  readonly width: number | null
  readonly height: number | null
  readonly thumbnail: boolean
  readonly created_at: SqlTime
}

export const fileColumns = (table: string): string =>
  columns(table, 'id name media_type size width height thumbnail created_at')

export const toFile = (row: FileRow): File => ({
  id: row.id,
  name: row.name,
  media_type: row.media_type,
  size: row.size,
  width: row.width,
  height: row.height,
  created_at: toTime(row.created_at),
  has_thumbnail: row.thumbnail,
})

export interface MessageRow {
  readonly id: Id
  readonly chat_id: Id
  readonly seq: number
  readonly sender_id: Id
  readonly text: string | null
  readonly reply_to_id: Id | null
  readonly created_at: SqlTime
  readonly edited_at: SqlTime | null
  readonly deleted_at: SqlTime | null
  readonly version: number
  /** Null for none. */
  readonly files: FileRow[] | null
}

/** The files of a message, as JSON in the order in which they were sent. */
const filesOf = (table: string): string => `
  SELECT json_agg(sent ORDER BY sent.position) FROM (
    SELECT mf.position, f.* FROM message_files mf
    CROSS JOIN LATERAL (SELECT ${fileColumns('found')} FROM files found WHERE found.id = mf.file_id OFFSET 0) f
    WHERE mf.chat_id = ${table}.chat_id AND mf.message_id = ${table}.id
    ORDER BY mf.position
  ) sent`

/** Files are looked up only for messages that have some. */
export const messageColumns = (table: string): string =>
  `${columns(table, 'id chat_id seq sender_id text reply_to_id created_at edited_at deleted_at version')},
  CASE WHEN ${table}.file_count > 0 THEN (${filesOf(table)}) END AS files`

export const toMessage = (row: MessageRow): Message => ({
  id: row.id,
  chat_id: row.chat_id,
  seq: row.seq,
  sender_id: row.sender_id,
  text: row.text,
  files: row.deleted_at === null ? (row.files ?? []).map(toFile) : [],
  reply_to_id: row.reply_to_id,
  created_at: toTime(row.created_at),
  edited_at: toTimeOrNull(row.edited_at),
  deleted_at: toTimeOrNull(row.deleted_at),
  version: row.version,
})

export interface MemberRow {
  readonly chat_id: Id
  readonly user_id: Id
  readonly role: Role
  readonly joined_at: SqlTime
  readonly joined_seq: number
  readonly read_seq: number
  readonly left_at: SqlTime | null
  readonly version: number
}

export const memberColumns = (table: string): string =>
  columns(table, 'chat_id user_id role joined_at joined_seq read_seq left_at version')

export const toMember = (row: MemberRow): Member => ({
  chat_id: row.chat_id,
  user_id: row.user_id,
  role: row.role,
  joined_at: toTime(row.joined_at),
  joined_seq: row.joined_seq,
  read_seq: row.read_seq,
  left_at: toTimeOrNull(row.left_at),
  version: row.version,
})

export interface ChatRow {
  readonly id: Id
  readonly kind: 'direct' | 'group'
  readonly title: string | null
  readonly description: string
  readonly posting: 'everyone' | 'admins'
  readonly visibility: 'private' | 'public'
  readonly created_by: Id
  readonly created_at: SqlTime
  readonly deleted_at: SqlTime | null
  readonly member_count: number
  readonly direct_user_ids: Id[] | null
  readonly last_seq: number
  readonly version: number
}

export const chatColumns = (table: string): string =>
  columns(
    table,
    `id kind title description posting visibility created_by created_at deleted_at member_count direct_user_ids
     last_seq version`,
  )

export const toChat = (row: ChatRow): Chat => ({
  id: row.id,
  kind: row.kind,
  title: row.title,
  description: row.description,
  posting: row.posting,
  visibility: row.visibility,
  created_by: row.created_by,
  created_at: toTime(row.created_at),
  deleted_at: toTimeOrNull(row.deleted_at),
  member_count: row.member_count,
  direct_user_ids: row.direct_user_ids,
  last_seq: row.last_seq,
  version: row.version,
})

export interface PreferencesRow {
  readonly muted_until: SqlTime | null
  readonly pinned_at: SqlTime | null
  readonly archived_at: SqlTime | null
}

export const toPreferences = (row: PreferencesRow): Preferences => ({
  muted_until: toTimeOrNull(row.muted_until),
  pinned: row.pinned_at !== null,
  archived: row.archived_at !== null,
})

/** A chat as one person sees it; see chat-views.ts. `role` and the rest of the membership are null for strangers. */
export interface ChatViewRow extends ChatRow, PreferencesRow {
  readonly active_at: Date
  readonly pinned_at: Date | null
  readonly role: Role | null
  readonly joined_seq: number | null
  readonly read_seq: number | null
  readonly unread_count: number
  readonly fully_read_seq: number
  readonly last_message: MessageRow | null
}

export const toChatView = (row: ChatViewRow): ChatView => ({
  ...toChat(row),
  last_message: row.last_message === null ? null : toMessage(row.last_message),
  role: row.role,
  joined_seq: row.joined_seq ?? 0,
  read_seq: row.read_seq ?? 0,
  unread_count: row.unread_count,
  fully_read_seq: row.fully_read_seq,
  ...toPreferences(row),
})

const columns = (table: string, names: string): string =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => `${table}.${name}`)
    .join(', ')
