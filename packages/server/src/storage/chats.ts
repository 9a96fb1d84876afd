// Chats in PostgreSQL.
import type { Chat, ChatView, Id } from '@parley/protocol'
import type { ChatChange, ChatStore, ListedChat, NewChat, NewDirectChat } from '../core/chats/store.ts'
import { AppError } from '../core/errors.ts'
import type { Page } from '../core/page.ts'
import {
  chatOf,
  isMember,
  isOpen,
  memberOf,
  membershipsOf,
  ownChats,
  viewBase,
  viewOrder,
  viewRest,
} from './chat-views.ts'
import { cursorCodec, toPage } from './cursor.ts'
import type { Database } from './database.ts'
import {
  type ChatRow,
  type ChatViewRow,
  chatColumns,
  type PreferencesRow,
  toChat,
  toChatView,
  toPreferences,
} from './rows.ts'
import { textKey } from './text-key.ts'

const insertChat = {
  name: 'chats.insert',
  text: `
    WITH chat AS (
      INSERT INTO chats (id, kind, title, title_key, description, posting, visibility, created_by, created_at, active_at,
        direct_user_ids, member_count, version, changed_version)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, cardinality($11::uuid[]), 1, 1)
      ON CONFLICT (id) DO NOTHING
      RETURNING *
    ), people AS (
      INSERT INTO members (chat_id, user_id, role, joined_at, joined_seq, read_seq, version)
      SELECT chat.id, p.user_id, p.role, $9, 0, 0, 1
      FROM chat CROSS JOIN unnest($11::uuid[], $12::member_role[]) AS p (user_id, role)
    )
    SELECT ${chatColumns('chat')} FROM chat`,
}

const numberChat = { name: 'chats.number', text: 'INSERT INTO chat_numbers (chat_id) VALUES ($1)' }

const findDirect = {
  name: 'chats.findDirect',
  text: 'SELECT chat_id FROM direct_chats WHERE user_low = LEAST($1::uuid, $2) AND user_high = GREATEST($1::uuid, $2)',
}

const claimDirect = {
  name: 'chats.claimDirect',
  text: `
    INSERT INTO direct_chats (user_low, user_high, chat_id) VALUES (LEAST($1::uuid, $2), GREATEST($1::uuid, $2), $3)
    ON CONFLICT DO NOTHING
    RETURNING chat_id`,
}

const findChat = {
  name: 'chats.find',
  text: `SELECT ${chatColumns('c')} FROM chats c WHERE c.id = $1 AND c.deleted_at IS NULL`,
}

const lockChat = { name: 'chats.lock', text: `${findChat.text} FOR NO KEY UPDATE` }

const updateChat = {
  name: 'chats.update',
  text: `
    UPDATE chats c SET version = c.version + 1, changed_version = c.version + 1,
      title = COALESCE($2, c.title),
      title_key = COALESCE($3, c.title_key),
      description = COALESCE($4, c.description),
      posting = COALESCE($5, c.posting),
      visibility = COALESCE($6, c.visibility),
      deleted_at = COALESCE($7, c.deleted_at)
    WHERE c.id = $1
    RETURNING ${chatColumns('c')}`,
}

const findOpen = { name: 'chats.isOpen', text: `SELECT FROM chats c WHERE c.id = $1 AND ${isOpen('c')}` }

const viewChat = {
  name: 'chats.view',
  text: `
    SELECT v.*, ${viewRest}
    FROM (
      SELECT ${viewBase}
      FROM ${chatOf('$2')} c
      LEFT JOIN ${memberOf('$2', '$1')} m ON ${isMember('c', 'm')}
      WHERE m.user_id IS NOT NULL OR ${isOpen('c')}
    ) v`,
}

/** The page is cut before the dearer columns are looked up. */
const viewsAmong = (chats: string): string => `
    SELECT v.*, ${viewRest}
    FROM (
      SELECT own.* FROM (${chats}) own
      WHERE ($2::boolean IS NULL OR (own.archived_at IS NOT NULL) = $2)
        AND ($4::timestamptz IS NULL OR (own.pin, own.active_at, own.id) < (COALESCE($3::timestamptz, '-infinity'), $4, $5))
      ORDER BY ${viewOrder('own')}
      LIMIT $6
    ) v
    ORDER BY ${viewOrder('v')}`

const viewChats = { name: 'chats.views', text: viewsAmong(ownChats) }

/** A statement of its own, so that the plan of the chat list stays. What a direct chat is called is what the other is called. */
const searchChats = {
  name: 'chats.searchOwn',
  text: viewsAmong(`${ownChats}
        AND (strpos(c.title_key, $7) > 0 OR EXISTS (
          SELECT FROM users u
          WHERE u.id = ANY (c.direct_user_ids) AND (u.id <> $1 OR cardinality(c.direct_user_ids) = 1)
            AND u.deleted_at IS NULL AND (strpos(u.name_key, $7) > 0 OR strpos(u.username_key, $7) > 0)
        ))`),
}

const listedChats = {
  name: 'chats.listed',
  text: `SELECT own.id, own.member_count FROM (${ownChats}) own ORDER BY ${viewOrder('own')}`,
}

const viewNamed = {
  name: 'chats.viewsOf',
  text: `
    SELECT v.*, ${viewRest}
    FROM (
      SELECT ${viewBase}, named.place
      FROM unnest($2::uuid[]) WITH ORDINALITY AS named (id, place)
      CROSS JOIN ${memberOf('named.id', '$1')} m
      CROSS JOIN ${chatOf('named.id')} c
      WHERE ${isMember('c', 'm')}
    ) v
    ORDER BY v.place`,
}

interface PublicRow extends ChatRow {
  readonly title_key: string
}

// In the order of the index, which ends when the page is full.
const searchPublic = {
  name: 'chats.searchPublic',
  text: `
    SELECT ${chatColumns('c')}, c.title_key FROM chats c
    WHERE ${isOpen('c')} AND strpos(c.title_key, $1) > 0
      AND (c.title_key, c.id) > ($2, $3)
    ORDER BY c.title_key, c.id
    LIMIT $4`,
}

const updatePreferences = {
  name: 'chats.updatePreferences',
  text: `
    UPDATE members m SET
      muted_until = CASE WHEN $3::boolean THEN $4 ELSE m.muted_until END,
      pinned_at = CASE WHEN $5::boolean THEN COALESCE(m.pinned_at, $7) WHEN NOT $5 THEN NULL ELSE m.pinned_at END,
      archived_at = CASE WHEN $6::boolean THEN COALESCE(m.archived_at, $7) WHEN NOT $6 THEN NULL ELSE m.archived_at END
    WHERE m.chat_id = $1 AND m.user_id = $2 AND m.left_at IS NULL
    RETURNING m.muted_until, m.pinned_at, m.archived_at`,
}

const idsOf = {
  name: 'chats.idsOf',
  text: `
    SELECT c.id FROM ${membershipsOf('$1')} m CROSS JOIN ${chatOf('m.chat_id')} c
    WHERE ${isMember('c', 'm')}`,
}

/** Positions in a person's chat list; resume gives them too. */
const chatListCursor = cursorCodec('chats', ['timeOrNull', 'time', 'id'])
const publicCursor = cursorCodec('public_chats', ['text', 'id'])
const beforeAll = ['', '00000000-0000-0000-0000-000000000000'] as const

/** Chats over a pool or a transaction. */
export function chatStore(database: Database): ChatStore {
  return {
    insert: (chat) => insert(database, chat),
    insertDirect: (chat) => insertDirect(database, chat),
    async findDirect(userA, userB) {
      const [row] = await database.query<{ chat_id: Id }>(findDirect, [userA, userB])
      return row?.chat_id ?? null
    },
    async find(chatId) {
      const [row] = await database.query<ChatRow>(findChat, [chatId])
      return row === undefined ? null : toChat(row)
    },
    async lock(chatId) {
      const [row] = await database.query<ChatRow>(lockChat, [chatId])
      return row === undefined ? null : toChat(row)
    },
    update: (chatId, change) => update(database, chatId, change),
    async isOpen(chatId) {
      return (await database.query(findOpen, [chatId])).length > 0
    },
    async view(chatId, userId) {
      const [row] = await database.query<ChatViewRow>(viewChat, [userId, chatId])
      return row === undefined ? null : toChatView(row)
    },
    views: (userId, filter) => views(database, userId, filter),
    listed: (userId) => database.query<ListedChat>(listedChats, [userId]),
    async viewsOf(userId, chatIds) {
      return (await database.query<ChatViewRow>(viewNamed, [userId, chatIds])).map(toChatView)
    },
    searchPublic: (filter) => findPublic(database, filter),
    async updatePreferences(chatId, userId, change, at) {
      const muting = change.mutedUntil !== undefined
      const values = [chatId, userId, muting, change.mutedUntil ?? null, change.pinned, change.archived, at]
      const [row] = await database.query<PreferencesRow>(updatePreferences, values)
      return row === undefined ? null : toPreferences(row)
    },
    async idsOf(userId) {
      return (await database.query<{ id: Id }>(idsOf, [userId])).map((row) => row.id)
    },
  }
}

async function insert(database: Database, chat: NewChat): Promise<Chat | null> {
  const userIds = chat.members.map((member) => member.userId)
  const [row] = await database.query<ChatRow>(insertChat, [
    chat.id,
    chat.kind,
    chat.title,
    chat.title === null ? null : textKey(chat.title),
    chat.description,
    chat.posting,
    chat.visibility,
    chat.createdBy,
    chat.createdAt,
    chat.kind === 'direct' ? userIds.toSorted() : null,
    userIds,
    chat.members.map((member) => member.role),
  ])
  if (row === undefined) return null
  await database.query(numberChat, [chat.id])
  return toChat(row)
}

/** A pair that was claimed has its chat, and no other pair has that: in one transaction, whose commit is of both or neither. */
async function insertDirect(database: Database, chat: NewDirectChat): Promise<Chat | null> {
  if (!database.inTransaction) throw new Error('A pair is claimed in the transaction that inserts its chat')
  const { userIds, ...rest } = chat
  const [first, second = first] = userIds
  if ((await database.query(claimDirect, [first, second, chat.id])).length === 0) return null
  const inserted = await insert(database, {
    ...rest,
    kind: 'direct',
    title: null,
    description: '',
    posting: 'everyone',
    visibility: 'private',
    members: userIds.map((userId) => ({ userId, role: 'member' })),
  })
  // Somebody gave a group the very id that was made for this one. The claim is undone, and the next try takes another id.
  if (inserted === null) throw new AppError('unavailable')
  return inserted
}

async function update(database: Database, chatId: Id, change: ChatChange): Promise<Chat> {
  const rows = await database.query<ChatRow>(updateChat, [
    chatId,
    change.title,
    change.title === undefined ? null : textKey(change.title),
    change.description,
    change.posting,
    change.visibility,
    change.deletedAt,
  ])
  return changed(chatId, rows)
}

/** Whoever writes holds the chat's lock, so that it is there. */
function changed(chatId: Id, [row]: readonly ChatRow[]): Chat {
  if (row === undefined) throw new Error(`There is no chat ${chatId} to change`)
  return toChat(row)
}

async function views(
  database: Database,
  userId: Id,
  filter: { limit: number; cursor?: string; archived?: boolean; query?: string },
): Promise<Page<ChatView>> {
  const after = filter.cursor === undefined ? [null, null, null] : chatListCursor.decode(filter.cursor)
  const values = [userId, filter.archived, ...after, filter.limit + 1]
  const rows =
    filter.query === undefined
      ? await database.query<ChatViewRow>(viewChats, values)
      : await database.query<ChatViewRow>(searchChats, [...values, textKey(filter.query)])
  const page = toPage(rows, filter.limit, cursorAfter)
  return { items: page.rows.map(toChatView), next_cursor: page.next_cursor }
}

/** The position in the chat list behind that chat. */
export const cursorAfter = (row: ChatViewRow): string =>
  chatListCursor.encode([row.pinned_at, row.active_at, row.id])

async function findPublic(
  database: Database,
  filter: { query?: string; limit: number; cursor?: string },
): Promise<Page<Chat>> {
  const after = filter.cursor === undefined ? beforeAll : publicCursor.decode(filter.cursor)
  const values = [textKey(filter.query ?? ''), ...after, filter.limit + 1]
  const rows = await database.query<PublicRow>(searchPublic, values)
  const page = toPage(rows, filter.limit, (last) => publicCursor.encode([last.title_key, last.id]))
  return { items: page.rows.map(toChat), next_cursor: page.next_cursor }
}
