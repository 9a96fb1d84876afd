// What a client missed, from PostgreSQL: chats, and the messages and members that changed, in one statement, hence from one
// snapshot.
import { type Id, limits, type Member, type Message } from '@parley/protocol'
import type { Changes, SyncStore } from '../core/sync/store.ts'
import { chatOf, memberOf, ownChats, viewBase, viewOrder, viewRest } from './chat-views.ts'
import { cursorAfter } from './chats.ts'
import type { Database, Statement } from './database.ts'
import {
  type ChatViewRow,
  type MemberRow,
  type MessageRow,
  memberColumns,
  messageColumns,
  toChatView,
  toMember,
  toMessage,
} from './rows.ts'

/** Of a chat `v`: one more than may be listed tells that it is too much. */
const tooMany = limits.resumeObjectsPerChat + 1

/** Columns of a message `o`. */
const wholeMessage = messageColumns('o')

/**
 * The messages of `v` with a version above `v.held`. Each message took a version when it was created, so those created
 * since are among the last `version - held` by seq; older ones that changed since are in the indexes of changed messages. Of
 * more than may be listed there are enough to see that.
 */
const changedMessages = (select: string): string => `
  SELECT * FROM (
    SELECT ${select} FROM messages o
    WHERE o.chat_id = v.id AND o.version > v.held AND o.seq > v.last_seq - LEAST(v.version - v.held, ${tooMany})
    ORDER BY o.seq
    LIMIT ${tooMany}
  ) latest
  UNION ALL
  ${changedOlder(select, 'o.edited_at IS NOT NULL OR o.deleted_at IS NOT NULL')}
  UNION ALL
  ${changedOlder(select, 'o.attached_at IS NOT NULL', 'AND o.edited_at IS NULL AND o.deleted_at IS NULL')}`

/** `indexed` is the condition of the index that has them. */
function changedOlder(select: string, indexed: string, but = ''): string {
  return `
  SELECT * FROM (
    SELECT ${select} FROM messages o
    WHERE o.chat_id = v.id AND o.version > v.held AND (${indexed}) ${but}
      AND o.seq <= v.last_seq - LEAST(v.version - v.held, ${tooMany})
    ORDER BY o.version
    LIMIT ${tooMany}
  ) older`
}

const changedMembers = (select: string): string => `
  SELECT ${select} FROM members o
  WHERE o.chat_id = v.id AND o.version > v.held
  ORDER BY o.version
  LIMIT ${tooMany}`

const count = (rows: string): string => `(SELECT count(*) FROM (${rows}) changed)`
const json = (rows: string): string => `(SELECT json_agg(changed) FROM (${rows}) changed)`

/** $2 is the JSON object of chat ids and versions. `held` is null for chats that it does not name. */
const held = (chatId: string): string => `($2::jsonb ->> ${chatId}::text)::bigint AS held`

/**
 * `chats` are rows of viewBase with `held`. Chats come in the order of the chat list; their changes are listed until the
 * limit of all together is reached. A client that is ahead of the chat holds another history than this database: it must
 * start anew.
 */
const changesOf = (chats: string, shown: number): string => `
  WITH placed AS (
    SELECT own.*, row_number() OVER (ORDER BY ${viewOrder('own')}) AS place FROM (${chats}) own
  ), counted AS MATERIALIZED (
    SELECT v.*, CASE WHEN v.held < v.version THEN ${count(changedMessages('o.id'))} + ${count(changedMembers('o.user_id'))} ELSE 0 END AS objects
    FROM placed v
    WHERE v.place <= ${shown + 1} OR v.held IS NOT NULL
  ), summed AS (
    SELECT v.*, sum(CASE WHEN v.objects < ${tooMany} THEN v.objects ELSE 0 END) OVER (ORDER BY v.place) AS total
    FROM counted v
  ), judged AS (
    SELECT v.*, v.held > v.version OR v.objects >= ${tooMany} OR (v.objects > 0 AND v.total > ${limits.resumeObjects}) AS gap
    FROM summed v
  )
  SELECT v.*, ${viewRest},
    CASE WHEN v.objects > 0 AND NOT v.gap THEN ${json(changedMessages(wholeMessage))} END AS messages,
    CASE WHEN v.objects > 0 AND NOT v.gap THEN ${json(changedMembers(memberColumns('o')))} END AS members
  FROM judged v
  ORDER BY v.place`

interface ChangesStatement extends Statement {
  /** Chats that it shows at most. */
  readonly shown: number
}

const changesSince: ChangesStatement = {
  name: 'sync.changesSince',
  text: changesOf(`SELECT mine.*, ${held('mine.id')} FROM (${ownChats}) mine`, limits.readyChats),
  shown: limits.readyChats,
}

const changesOfNamed: ChangesStatement = {
  name: 'sync.changesOf',
  text: changesOf(
    `SELECT ${viewBase}, ${held('c.id')}
    FROM jsonb_object_keys($2::jsonb) AS named (id)
    CROSS JOIN ${memberOf('named.id::uuid', '$1')} m
    CROSS JOIN ${chatOf('m.chat_id')} c
    WHERE m.left_at IS NULL AND c.deleted_at IS NULL`,
    limits.resumeChats,
  ),
  shown: limits.resumeChats,
}

interface ChangesRow extends ChatViewRow {
  readonly place: number
  readonly gap: boolean | null
  readonly messages: MessageRow[] | null
  readonly members: MemberRow[] | null
}

/** Changes over a pool or a transaction. */
export function syncStore(database: Database): SyncStore {
  const read = async (
    statement: ChangesStatement,
    userId: Id,
    versions: Readonly<Record<Id, number>>,
  ): Promise<Changes> => {
    const { name, text, shown } = statement
    const rows = await database.query<ChangesRow>({ name, text }, [userId, JSON.stringify(versions)])
    return toChanges(rows, shown, Object.keys(versions))
  }
  return {
    changesSince: (userId, versions) => read(changesSince, userId, versions),
    changesOf: (userId, versions) => read(changesOfNamed, userId, versions),
  }
}

function toChanges(rows: readonly ChangesRow[], shown: number, named: readonly Id[]): Changes {
  const present = new Set(rows.map((row) => row.id))
  const listed = rows.filter((row) => row.place <= shown)
  const last = listed.at(-1)
  const more = rows.length > listed.length && last !== undefined
  return {
    chats: listed.map(toChatView),
    next_cursor: more ? cursorAfter(last) : null,
    messages: rows.flatMap((row): Message[] => (row.messages ?? []).map(toMessage).sort(bySeq)),
    members: rows.flatMap((row): Member[] => (row.members ?? []).map(toMember)),
    gaps: rows.filter((row) => row.gap === true).map((row) => row.id),
    removed: named.filter((chatId) => !present.has(chatId)),
  }
}

const bySeq = (a: Message, b: Message): number => a.seq - b.seq
