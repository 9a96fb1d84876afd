// What a client missed, from PostgreSQL: chats, the messages and members that changed, and the people whom they name, in one
// statement, hence from one snapshot and in one round trip.
import { type Id, limits, type Member, type Message } from '@parley/protocol'
import type { Changes, SyncStore, Versions } from '../core/sync/store.ts'
import { meColumns, profileColumns } from './accounts.ts'
import { chatOf, isMember, lookUp, memberOf, ownChats, viewBase, viewOrder, viewRest } from './chat-views.ts'
import { cursorAfter } from './chats.ts'
import type { Database, Statement } from './database.ts'
import {
  type ChatViewRow,
  type MemberRow,
  type MeRow,
  type MessageRow,
  memberColumns,
  messageColumns,
  toChatView,
  toMe,
  toMember,
  toMessage,
  toUser,
  type UserRow,
} from './rows.ts'

/** Of a chat `v`: one more than may be listed tells that it is too much. */
const tooMany = limits.resumeObjectsPerChat + 1

/** Columns of a message `o`. */
const wholeMessage = messageColumns('o')

/**
 * The columns `select` of the messages `o` with a version above `v.held`, for a row `v` with `id`, `last_seq`, `version` and `held` of
 * a chat. Each message took a version when it was created, so those created since are among the last `version - held` by seq;
 * those older ones that changed since, in whatever way, are in the index of what is marked as changed. Of more than may be listed
 * there are enough to see that.
 */
export const changedMessages = (select: string): string => `
  SELECT * FROM (
    SELECT ${select} FROM messages o
    WHERE o.chat_id = v.id AND o.version > v.held AND o.seq > v.last_seq - LEAST(v.version - v.held, ${tooMany})
    ORDER BY o.seq
    LIMIT ${tooMany}
  ) latest
  UNION ALL
  SELECT * FROM (
    SELECT ${select} FROM messages o
    WHERE o.chat_id = v.id AND o.version > v.held AND o.changed
      AND o.seq <= v.last_seq - LEAST(v.version - v.held, ${tooMany})
    ORDER BY o.version
    LIMIT ${tooMany}
  ) older`

/**
 * `changedMessages` of memberships. They have no numbers without holes, so the index has all of them by version, and whatever is written
 * with a version is found there: it needs no mark. A membership is written once, where messages are written all the time.
 */
export const changedMembers = (select: string): string => `
  SELECT ${select} FROM members o
  WHERE o.chat_id = v.id AND o.version > v.held
  ORDER BY o.version
  LIMIT ${tooMany}`

/** Whether columns of the chat `chat` itself (title, posting, deletion …) changed after the version; `member_count` is not one of them. */
export const chatItselfChanged = (chat: string, held: string): string => `${chat}.changed_version > ${held}`

const count = (rows: string): string => `(SELECT count(*) FROM (${rows}) changed)`
const json = (rows: string): string => `(SELECT json_agg(changed) FROM (${rows}) changed)`

/** $1 is the person, $2 the JSON object of chat ids and versions. `held` is null for chats that it does not name. */
const held = (chatId: string): string => `($2::jsonb ->> ${chatId}::text)::bigint AS held`

/**
 * The expression `listed`. `chats` are rows of viewBase with `held`. Chats come in the order of the chat list; their changes are
 * listed until the limit of all together is reached. A client that is ahead of the chat holds another history than this
 * database: it must start anew.
 */
const listed = (chats: string, shown: number): string => `
  placed AS (
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
  ), listed AS MATERIALIZED (
    SELECT v.*, ${viewRest},
      CASE WHEN v.objects > 0 AND NOT v.gap THEN ${json(changedMessages(wholeMessage))} END AS messages,
      CASE WHEN v.objects > 0 AND NOT v.gap THEN ${json(changedMembers(memberColumns('o')))} END AS members
    FROM judged v
  )`

/**
 * The profiles of the people whom `listed` names: in the chats that are shown those of direct chats, the creators and the
 * senders of the last messages, and in all the senders of messages and the members that changed.
 */
const users = (shown: number): string => `
  SELECT json_agg(person) FROM (
    SELECT v.created_by FROM listed v WHERE v.place <= ${shown}
    UNION
    SELECT unnest(v.direct_user_ids) FROM listed v WHERE v.place <= ${shown}
    UNION
    SELECT (v.last_message ->> 'sender_id')::uuid FROM listed v WHERE v.place <= ${shown}
    UNION
    SELECT (changed ->> 'sender_id')::uuid FROM listed v CROSS JOIN json_array_elements(v.messages) changed
    UNION
    SELECT (changed ->> 'user_id')::uuid FROM listed v CROSS JOIN json_array_elements(v.members) changed
  ) named (id)
  CROSS JOIN ${lookUp(`SELECT ${profileColumns} FROM users WHERE users.id = named.id`)} person`

/** With the session $3, and of the time $4. No row: the session is over. One row without an id: there is no chat. */
const resume: Statement = {
  name: 'sync.resume',
  text: `
    WITH me AS MATERIALIZED (
      SELECT ${meColumns} FROM users
      WHERE id = $1 AND deleted_at IS NULL AND EXISTS (
        SELECT FROM sessions s
        WHERE s.id = $3 AND s.user_id = $1 AND s.revoked_at IS NULL AND s.expires_at > $4)
    ), ${listed(
      `SELECT mine.*, ${held('mine.id')} FROM (${ownChats}) mine WHERE EXISTS (SELECT FROM me)`,
      limits.readyChats,
    )}
    SELECT v.*,
      CASE WHEN v.place IS NULL OR v.place = 1 THEN row_to_json(me) END AS me,
      CASE WHEN v.place = 1 THEN (${users(limits.readyChats)}) END AS users
    FROM me LEFT JOIN listed v ON true
    ORDER BY v.place`,
}

const changesOfNamed: Statement = {
  name: 'sync.changesOf',
  text: `
    WITH ${listed(
      `SELECT ${viewBase}, ${held('c.id')}
      FROM jsonb_object_keys($2::jsonb) AS named (id)
      CROSS JOIN ${memberOf('named.id::uuid', '$1')} m
      CROSS JOIN ${chatOf('m.chat_id')} c
      WHERE ${isMember('c', 'm')}`,
      limits.resumeChats,
    )}
    SELECT v.*, CASE WHEN v.place = 1 THEN (${users(limits.resumeChats)}) END AS users
    FROM listed v
    ORDER BY v.place`,
}

interface ChangesRow extends ChatViewRow {
  readonly place: number
  readonly gap: boolean | null
  readonly messages: MessageRow[] | null
  readonly members: MemberRow[] | null
  /** In the first row alone. */
  readonly users: UserRow[] | null
}

/** The columns of the chat are null when there is none. */
type ResumeRow = (ChangesRow | { readonly id: null }) & {
  /** In the first row alone. */
  readonly me: MeRow | null
}

/** Changes over a pool or a transaction. */
export function syncStore(database: Database): SyncStore {
  return {
    async resume({ userId, sessionId }, at, versions) {
      const values = [userId, JSON.stringify(versions), sessionId, at]
      const rows = await database.query<ResumeRow>(resume, values)
      const me = rows[0]?.me ?? null
      if (me === null) return null
      const chats = rows.filter((row): row is ChangesRow & ResumeRow => row.id !== null)
      return { me: toMe(me), changes: toChanges(chats, limits.readyChats, versions) }
    },
    async changesOf(userId, versions) {
      const values = [userId, JSON.stringify(versions)]
      const rows = await database.query<ChangesRow>(changesOfNamed, values)
      return toChanges(rows, limits.resumeChats, versions)
    },
  }
}

function toChanges(rows: readonly ChangesRow[], shown: number, versions: Versions): Changes {
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
    removed: Object.keys(versions).filter((chatId: Id) => !present.has(chatId)),
    users: (rows[0]?.users ?? []).map(toUser),
  }
}

const bySeq = (a: Message, b: Message): number => a.seq - b.seq
