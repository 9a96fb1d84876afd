// Membership in PostgreSQL.
import type { Id, Member } from '@parley/protocol'
import type { MemberStore, Membership, PostRefusal } from '../core/members/store.ts'
import type { Page } from '../core/page.ts'
import { chatOf, isMember, lookUp, memberOf, membershipsOf } from './chat-views.ts'
import { cursorCodec, toPage } from './cursor.ts'
import type { Database } from './database.ts'
import { changeMember, insertMember } from './object-changes.ts'
import { type ChatRow, chatColumns, type MemberRow, memberColumns, toChat, toMember } from './rows.ts'

/** The chat $1 as `c` and the membership $2 in it, present, former or null, as `m`. */
const chatAndMember = `${chatOf('$1')} c LEFT JOIN ${memberOf('$1', '$2')} m ON true`

const findMember = {
  name: 'members.find',
  text: `SELECT ${memberColumns('m')} FROM ${chatAndMember} WHERE ${isMember('c', 'm')}`,
}

const findMembership = {
  name: 'members.membership',
  text: `
    SELECT ${memberColumns('m')}, (SELECT row_to_json(chat) FROM (SELECT ${chatColumns('c')}) chat) AS chat
    FROM ${chatAndMember}
    WHERE ${isMember('c', 'm')}`,
}

const findPostRefusal = {
  name: 'members.postRefusal',
  text: `
    SELECT post_refusal($1, $2, c.kind, c.posting, c.deleted_at, m.role, m.left_at) AS code FROM ${chatAndMember}`,
}

const addMember = { name: 'members.add', text: insertMember }
const setRole = { name: 'members.setRole', text: changeMember('role = $3', '0') }
const removeMember = {
  name: 'members.remove',
  text: changeMember('left_at = GREATEST($3, m.joined_at)', '-1'),
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
      WHERE ${isMember('c', 'own')}
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
    async membership(chatId, userId) {
      const [row] = await database.query<WithChat>(findMembership, [chatId, userId])
      return row === undefined ? null : toMemberAndChat(row)
    },
    async postRefusal(chatId, userId) {
      const [row] = await database.query<{ code: PostRefusal | null }>(findPostRefusal, [chatId, userId])
      return row === undefined ? 'not_found' : row.code
    },
    async add({ chatId, userId, role, at }) {
      return written(await database.query<WithChat>(addMember, [chatId, userId, role, at]))
    },
    async setRole(chatId, userId, role) {
      return written(await database.query<WithChat>(setRole, [chatId, userId, role]))
    },
    async remove(chatId, userId, at) {
      return written(await database.query<WithChat>(removeMember, [chatId, userId, at]))
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

interface WithChat extends MemberRow {
  readonly chat: ChatRow
}

const toMemberAndChat = (row: WithChat): Membership => ({ member: toMember(row), chat: toChat(row.chat) })

/** Whoever writes has looked under the chat's lock who is in. */
function written([row]: readonly WithChat[]): Membership {
  if (row === undefined) throw new Error('The membership to change is not as the caller believes')
  return toMemberAndChat(row)
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
