// What the database says of chats, members and messages now, for comparing it with what was published.
import { type Id, limits } from '@parley/protocol'
import type { ChatChanges, MemberKey, ReconcileStore, RowKeys } from '../core/reconcile/store.ts'
import { chatOf, lookUp, memberOf, membershipsOf } from './chat-views.ts'
import type { Database, Statement } from './database.ts'
import {
  type ChatRow,
  chatColumns,
  type MemberRow,
  type MessageRow,
  memberColumns,
  messageColumns,
  toChat,
  toMember,
  toMessage,
} from './rows.ts'
import { changedMembers, changedMessages } from './sync.ts'

// Each waits for those who hold the rows for a change, in the order of the keys, and holds them itself no longer than the statement takes.
const settle = (table: string): Statement => ({
  name: `reconcile.settle.${table}`,
  text: `
    SELECT count(*) FROM (
      SELECT t.id FROM ${table} t WHERE t.id = ANY ($1::uuid[]) ORDER BY t.id FOR SHARE
    ) held`,
})
const settleChats = settle('chats')
const settleUsers = settle('users')
const settleSessions = settle('sessions')
const settleMembers = {
  name: 'reconcile.settle.members',
  text: `
    SELECT count(*) FROM (SELECT * FROM unnest($1::uuid[], $2::uuid[]) ORDER BY 1, 2) AS n (chat_id, user_id)
    CROSS JOIN ${lookUp(
      'SELECT m.chat_id FROM members m WHERE m.chat_id = n.chat_id AND m.user_id = n.user_id FOR SHARE',
    )} held`,
}

/** How many objects of a chat `v` changed; of too many enough to see that. */
const objectCount = `
  (SELECT count(*) FROM (${changedMessages('o.id')}) found) + (SELECT count(*) FROM (${changedMembers('o.user_id')}) found)`

const findChanges: Statement = {
  name: 'reconcile.changes',
  text: `
    SELECT ${chatColumns('v')}, v.changed_version, v.too_much,
      CASE WHEN NOT v.too_much THEN (
        SELECT json_agg(found) FROM (${changedMessages(`${messageColumns('o')}, o.changed`)}) found
      ) END AS messages,
      CASE WHEN NOT v.too_much THEN (
        SELECT json_agg(found) FROM (${changedMembers(memberColumns('o'))}) found
      ) END AS members
    FROM (
      SELECT v.*, ${objectCount} > ${limits.resumeObjectsPerChat} AS too_much
      FROM (
        -- The first members, who are of version 1, come with the chat.
        SELECT c.*, GREATEST(n.since, 1) AS held
        FROM unnest($1::uuid[], $2::bigint[]) AS n (id, since)
        CROSS JOIN ${chatOf('n.id')} c
        WHERE c.version > n.since
      ) v
      OFFSET 0
    ) v`,
}

const findMemberships: Statement = {
  name: 'reconcile.memberships',
  text: `
    SELECT m.user_id, m.chat_id, m.version, c.version AS chat_version
    FROM unnest($1::uuid[]) AS p (id)
    CROSS JOIN ${membershipsOf('p.id')} m
    CROSS JOIN ${chatOf('m.chat_id')} c
    WHERE c.deleted_at IS NULL`,
}

const findMembers: Statement = {
  name: 'reconcile.members',
  text: `
    SELECT row_to_json(m) AS member, row_to_json(c) AS chat
    FROM unnest($1::uuid[], $2::uuid[]) AS n (chat_id, user_id)
    CROSS JOIN ${memberOf('n.chat_id', 'n.user_id')} m
    CROSS JOIN ${chatOf('n.chat_id')} c`,
}

const findPlaces: Statement = {
  name: 'reconcile.placesOf',
  text: `
    SELECT m.chat_id, m.version
    FROM unnest($1::uuid[]) AS wanted (id)
    CROSS JOIN ${lookUp('SELECT found.chat_id, found.version FROM messages found WHERE found.id = wanted.id')} m`,
}

interface ChangesRow extends ChatRow {
  readonly changed_version: number
  readonly too_much: boolean
  readonly messages: readonly (MessageRow & { readonly changed: boolean })[] | null
  readonly members: readonly MemberRow[] | null
}

/** Over a pool: each statement is a transaction of its own, so that none holds what it looks at. */
export function reconcileStore(database: Database): ReconcileStore {
  return {
    settled: (rows) => settled(database, rows),
    async changes(chats) {
      const values = [chats.map(({ chatId }) => chatId), chats.map(({ since }) => since)]
      return (await database.query<ChangesRow>(findChanges, values)).map(toChanges)
    },
    memberships: (userIds) => database.query(findMemberships, [userIds]),
    async members(keys) {
      const rows = await database.query<{ member: MemberRow; chat: ChatRow }>(findMembers, columnsOf(keys))
      return rows.map(({ member, chat }) => ({ member: toMember(member), chat: toChat(chat) }))
    },
    async placesOf(messageIds) {
      return messageIds.length === 0 ? [] : database.query(findPlaces, [messageIds])
    },
  }
}

async function settled(database: Database, { chats, users, sessions, members }: RowKeys): Promise<void> {
  const lists = [
    [settleChats, chats],
    [settleUsers, users],
    [settleSessions, sessions],
  ] as const
  for (const [statement, ids] of lists) if (ids.length > 0) await database.query(statement, [ids])
  if (members.length > 0) await database.query(settleMembers, columnsOf(members))
}

const columnsOf = (keys: readonly MemberKey[]): Id[][] => [
  keys.map(({ chatId }) => chatId),
  keys.map(({ userId }) => userId),
]

function toChanges(row: ChangesRow): ChatChanges {
  return {
    chat: toChat(row),
    changedVersion: row.changed_version,
    messages: (row.messages ?? []).map((message) => ({
      message: toMessage(message),
      changed: message.changed,
    })),
    members: (row.members ?? []).map(toMember),
    tooMuch: row.too_much,
  }
}
