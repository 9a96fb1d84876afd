// SQL of a chat as one person sees it, shared by the chat list, the single chat and resume. In every statement $1 is the person.
import { chatColumns, messageColumns } from './rows.ts'

/**
 * Columns of a chat `c` and the person's membership `m`, which may be null, as viewsOf needs them. `pin` sorts pinned chats
 * first when it descends.
 */
export const viewBase = `${chatColumns('c')}, c.active_at, m.role, m.joined_seq, m.read_seq, m.muted_until, m.pinned_at,
  m.archived_at, COALESCE(m.pinned_at, '-infinity') AS pin`

/** The order of the chat list: pinned chats first, then the latest activity. */
export const viewOrder = (table: string): string =>
  `${table}.pin DESC, ${table}.active_at DESC, ${table}.id DESC`

/**
 * Each table is looked up in a sub-select of its own, which `OFFSET 0` keeps apart: joined freely, the planner reads a small
 * table as a whole, and the prepared plan goes on to do so when it has grown. Conditions that would let in another index than
 * that of the key stand outside.
 */
export const lookUp = (select: string): string => `LATERAL (${select} OFFSET 0)`

/** The chat of `id`. */
export const chatOf = (id: string): string => lookUp(`SELECT found.* FROM chats found WHERE found.id = ${id}`)

/** The membership, present or former, in the chat of `id`. */
export const memberOf = (id: string, userId: string): string =>
  lookUp(`SELECT found.* FROM members found WHERE found.chat_id = ${id} AND found.user_id = ${userId}`)

/** The present memberships of a person. */
export const membershipsOf = (userId: string): string =>
  lookUp(`SELECT found.* FROM members found WHERE found.user_id = ${userId} AND found.left_at IS NULL`)

/** Whether the membership `m`, null for strangers, makes somebody a member of the chat `c`: functions/is_member.sql. */
export const isMember = (c: string, m: string): string =>
  `is_member(${c}.deleted_at, ${m}.role, ${m}.left_at)`

/** Whether anybody may find, see and join the chat `c`: functions/is_open.sql. */
export const isOpen = (c: string): string => `is_open(${c}.kind, ${c}.visibility, ${c}.deleted_at)`

/** The person's present chats as rows of viewBase. */
export const ownChats = `
  SELECT ${viewBase}
  FROM ${membershipsOf('$1')} m
  CROSS JOIN ${chatOf('m.chat_id')} c
  WHERE ${isMember('c', 'm')}`

/** Messages of a full block, whose senders are counted: functions/complete_blocks.sql. */
const block = 256

/**
 * How many messages after a cursor are the person's own. Looks at up to two parts of blocks message by message, and at
 * what is counted of the blocks between them.
 */
const ownCount = (chatId: string, lastSeq: string, userId: string, readSeq: string): string => {
  const firstBlock = `(${readSeq} + ${block - 1}) / ${block}`
  const lastBlock = `${lastSeq} / ${block}`
  const ownAfter = (seq: string, end: string): string => `
      (SELECT count(*) FROM messages o
       WHERE o.chat_id = ${chatId} AND o.seq > ${seq} AND o.seq <= ${end} AND o.sender_id = ${userId})`
  return `
    CASE WHEN ${firstBlock} >= ${lastBlock} THEN ${ownAfter(readSeq, lastSeq)}
    ELSE ${ownAfter(readSeq, `${firstBlock} * ${block}`)} + ${ownAfter(`${lastBlock} * ${block}`, lastSeq)} +
      (SELECT COALESCE(sum(k.sent), 0) FROM sender_counts k
       WHERE k.chat_id = ${chatId} AND k.sender_id = ${userId} AND k.block > ${firstBlock} AND k.block <= ${lastBlock})
    END`
}

/**
 * Messages of others, not deleted, after a cursor, without looking at each: because seqs have no holes, they are all that
 * follow the cursor but one's own and the deleted ones of others.
 */
export const unreadCount = (chatId: string, lastSeq: string, userId: string, readSeq: string): string => `
  CASE WHEN ${readSeq} >= ${lastSeq} THEN 0 ELSE ${lastSeq} - ${readSeq} - (${ownCount(chatId, lastSeq, userId, readSeq)})
    - (SELECT count(*) FROM (
         SELECT o.sender_id FROM messages o
         WHERE o.chat_id = ${chatId} AND o.seq > ${readSeq} AND o.deleted_at IS NOT NULL
         ORDER BY o.seq
         OFFSET 0
       ) deleted
       WHERE deleted.sender_id <> ${userId})
  END`

/** The smallest cursor of the present members but the person. Null where there is no other. */
const lowestOther = (chatId: string, userId: string): string => `
  (SELECT min(two.read_seq) FROM (
     SELECT l.user_id, l.read_seq FROM members l
     WHERE l.chat_id = ${chatId} AND l.left_at IS NULL
     ORDER BY l.read_seq, l.user_id
     LIMIT 2
   ) two
   WHERE two.user_id <> ${userId})`

/** Whether another present member has read something in this stay, hence as far as the smallest cursor of the others at least. */
const otherHasRead = (chatId: string, userId: string): string => `
  (SELECT true FROM (
     SELECT l.user_id FROM members l
     WHERE l.chat_id = ${chatId} AND l.left_at IS NULL AND l.read_seq > l.joined_seq
     ORDER BY l.read_seq DESC, l.user_id DESC
     LIMIT 2
   ) two
   WHERE two.user_id <> ${userId}
   LIMIT 1)`

/** How far the person sees the chat read by all others; functions/read_progress.sql tells the same for everyone at once. */
const fullyReadSeq = (chatId: string, lastSeq: string, userId: string): string => `
  (SELECT CASE
     WHEN low.seq = 0 THEN 0
     WHEN ${otherHasRead(chatId, userId)} THEN COALESCE(low.seq, ${lastSeq})
     ELSE (
       SELECT LEAST(low.seq, CASE WHEN p.reader = ${userId} THEN p.runner_up ELSE p.furthest END)
       FROM read_progress(${chatId}, ${lastSeq}) p)
   END
   FROM (SELECT ${lowestOther(chatId, userId)} AS seq OFFSET 0) low)`

/**
 * What the rows `v` of viewBase lack to be ChatViewRow, all from the snapshot of the statement. Strangers see no message and
 * nothing unread.
 */
export const viewRest = `
  CASE WHEN v.role IS NULL THEN 0 ELSE ${unreadCount('v.id', 'v.last_seq', '$1', 'v.read_seq')} END AS unread_count,
  CASE WHEN v.role IS NULL THEN 0
    ELSE ${fullyReadSeq('v.id', 'v.last_seq', '$1')}
  END AS fully_read_seq,
  CASE WHEN v.role IS NOT NULL THEN (
    SELECT row_to_json(last) FROM (
      SELECT ${messageColumns('o')} FROM messages o
      WHERE o.chat_id = v.id AND o.seq >= v.last_seq
      ORDER BY o.seq
      LIMIT 1
    ) last
  ) END AS last_message`
