// Membership in PostgreSQL.
import type { Id, Member } from '@parley/protocol'
import type { MemberStore } from '../core/members/store.ts'
import type { Page } from '../core/page.ts'
import { chatOf, lookUp, memberOf, membershipsOf } from './chat-views.ts'
import { cursorCodec, toPage } from './cursor.ts'
import type { Database } from './database.ts'
import { type MemberRow, memberColumns, toMember } from './rows.ts'

const findMember = {
  name: 'members.find',
  text: `
    SELECT ${memberColumns('m')} FROM ${memberOf('$1', '$2')} m
    WHERE m.left_at IS NULL`,
}

// Who comes back starts like a new member, but a cursor never falls.
const addMember = {
  name: 'members.add',
  text: `
    INSERT INTO members AS m (chat_id, user_id, role, joined_at, joined_seq, read_seq, version)
    VALUES ($1, $2, $3, $4, $5, $5, $6)
    ON CONFLICT (chat_id, user_id) DO UPDATE SET
      role = excluded.role, joined_at = excluded.joined_at, joined_seq = excluded.joined_seq,
      read_seq = GREATEST(m.read_seq, excluded.read_seq), read_at = NULL, version = excluded.version, left_at = NULL,
      muted_until = NULL, pinned_at = NULL, archived_at = NULL
    WHERE m.left_at IS NOT NULL
    RETURNING ${memberColumns('m')}`,
}

const setRole = {
  name: 'members.setRole',
  text: `
    UPDATE members m SET role = $3, version = $4
    WHERE m.chat_id = $1 AND m.user_id = $2 AND m.left_at IS NULL
    RETURNING ${memberColumns('m')}`,
}

const removeMember = {
  name: 'members.remove',
  text: `
    UPDATE members m SET left_at = $3, version = $4
    WHERE m.chat_id = $1 AND m.user_id = $2 AND m.left_at IS NULL
    RETURNING ${memberColumns('m')}`,
}

/** The present members of a chat, `m`, by the index that has each chat together. */
const present = (columns: string): string =>
  lookUp(
    `SELECT ${columns} FROM members m WHERE m.chat_id = $1 AND m.left_at IS NULL ORDER BY m.read_seq, m.user_id`,
  )

// Sorts the whole chat: an index for it would be written to on every read, because cursors are in the same row.
const listMembers = {
  name: 'members.list',
  text: `
    SELECT ${memberColumns('m')} FROM ${present('m.*')} m
    WHERE $2::timestamptz IS NULL OR (m.joined_at, m.user_id) > ($2, $3)
    ORDER BY m.joined_at, m.user_id
    LIMIT $4`,
}

const memberIds = {
  name: 'members.ids',
  text: `SELECT m.user_id FROM ${present('m.user_id')} m`,
}

const findHeir = {
  name: 'members.heir',
  text: `
    SELECT m.user_id FROM ${present('m.*')} m
    WHERE m.user_id <> $2
    ORDER BY m.role = 'member', m.joined_at, m.user_id
    LIMIT 1`,
}

const acquainted = {
  name: 'members.acquainted',
  text: `
    SELECT p.id FROM unnest($2::uuid[]) AS p (id)
    WHERE (
      SELECT true FROM ${membershipsOf('p.id')} theirs
      CROSS JOIN ${memberOf('theirs.chat_id', '$1')} own
      CROSS JOIN ${chatOf('theirs.chat_id')} c
      WHERE own.left_at IS NULL AND c.deleted_at IS NULL
      LIMIT 1
    )`,
}

const memberCursor = cursorCodec('members', ['time', 'id'])

/** Membership over a pool or a transaction. */
export function memberStore(database: Database): MemberStore {
  return {
    async find(chatId, userId) {
      const [row] = await database.query<MemberRow>(findMember, [chatId, userId])
      return row === undefined ? null : toMember(row)
    },
    async add({ chatId, userId, role, at, seq, version }) {
      return written(await database.query<MemberRow>(addMember, [chatId, userId, role, at, seq, version]))
    },
    async setRole(chatId, userId, role, version) {
      return written(await database.query<MemberRow>(setRole, [chatId, userId, role, version]))
    },
    async remove(chatId, userId, at, version) {
      return written(await database.query<MemberRow>(removeMember, [chatId, userId, at, version]))
    },
    list: (chatId, filter) => list(database, chatId, filter),
    async ids(chatId) {
      return (await database.query<{ user_id: Id }>(memberIds, [chatId])).map((row) => row.user_id)
    },
    async heir(chatId, leavingId) {
      const [row] = await database.query<{ user_id: Id }>(findHeir, [chatId, leavingId])
      return row?.user_id ?? null
    },
    async acquainted(userId, userIds) {
      return (await database.query<{ id: Id }>(acquainted, [userId, userIds])).map((row) => row.id)
    },
  }
}

/** Whoever writes has looked under the chat's lock who is in. */
function written([row]: readonly MemberRow[]): Member {
  if (row === undefined) throw new Error('The membership to change is not as the caller believes')
  return toMember(row)
}

async function list(
  database: Database,
  chatId: Id,
  filter: { limit: number; cursor?: string },
): Promise<Page<Member>> {
  const after = filter.cursor === undefined ? [null, null] : memberCursor.decode(filter.cursor)
  const rows = await database.query<MemberRow & { joined_at: Date }>(listMembers, [
    chatId,
    ...after,
    filter.limit + 1,
  ])
  const page = toPage(rows, filter.limit, (last) => memberCursor.encode([last.joined_at, last.user_id]))
  return { items: page.rows.map(toMember), next_cursor: page.next_cursor }
}
