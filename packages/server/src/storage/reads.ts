// Read cursors and readings in PostgreSQL. Raising cursors is a function of the database (functions/advance_cursors.sql), and so is how far
// a chat was read (functions/read_progress.sql).
import type { Id, MessageRead } from '@parley/protocol'
import { InDoubtError } from '../core/errors.ts'
import { groupCalls } from '../core/group-commit.ts'
import type { CursorMove, ReadProgress, ReadStore } from '../core/reads/store.ts'
import { chatOf, isMember, lookUp, memberOf, unreadCount } from './chat-views.ts'
import type { Database } from './database.ts'
import { type SqlTime, toTime } from './rows.ts'

const advanceCursors = {
  name: 'reads.advance',
  text: 'SELECT place, holder, lowest, second, reader, furthest, runner_up FROM advance_cursors($1, $2, $3, $4)',
}

/** What read_progress gives of a chat `c`. */
const progress = 'LATERAL read_progress(c.id, c.last_seq)'

const findProgress = {
  name: 'reads.progress',
  text: `SELECT p.* FROM chats c CROSS JOIN ${progress} p WHERE c.id = $1`,
}

const findStates = {
  name: 'reads.states',
  text: `
    SELECT d.place, m.read_seq, COALESCE(m.read_at, m.joined_at) AS at, c.version, c.member_count,
      ${unreadCount('c.id', 'c.last_seq', 'm.user_id', 'm.read_seq')} AS unread_count, p.*
    FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS d (chat_id, user_id, place)
    CROSS JOIN ${chatOf('d.chat_id')} c
    CROSS JOIN ${memberOf('d.chat_id', 'd.user_id')} m
    CROSS JOIN ${progress} p
    WHERE ${isMember('c', 'm')}`,
}

// Of whoever is or was in the chat, the first mark at or above the seq, if that reading began below it.
const readers = (chatId: string, seq: string, senderId: string): string => `
    SELECT m.user_id, mark.at
    FROM ${lookUp(`
      SELECT o.user_id, o.read_seq FROM members o
      WHERE o.chat_id = ${chatId}
      ORDER BY o.user_id`)} m
    CROSS JOIN ${lookUp(`
      SELECT r.at, r.after_seq FROM read_marks r
      WHERE r.chat_id = ${chatId} AND r.user_id = m.user_id AND r.seq >= ${seq}
      ORDER BY r.seq
      LIMIT 1`)} mark
    WHERE m.user_id <> ${senderId} AND m.read_seq >= ${seq} AND mark.after_seq < ${seq}
    ORDER BY mark.at, m.user_id`

const findReaders = { name: 'reads.readersOf', text: readers('$1', '$2', '$3') }

const findReadersOfMany = {
  name: 'reads.readersOfMany',
  text: `
    SELECT d.place, r.user_id, r.at
    FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) WITH ORDINALITY AS d (chat_id, seq, sender_id, place)
    CROSS JOIN LATERAL (${readers('d.chat_id', 'd.seq', 'd.sender_id')} LIMIT $4) r
    ORDER BY d.place, r.at, r.user_id`,
}

interface Move {
  readonly chatId: Id
  readonly userId: Id
  readonly seq: number
  readonly at: Date
}

interface ReadRow {
  readonly user_id: Id
  readonly at: SqlTime
}

/** A cursor that rose, and how far its chat was read before. `place` counts the moves of the call from 1. */
interface RiseRow extends ReadProgress {
  readonly place: number
}

interface StateRow extends ReadProgress {
  readonly place: number
  readonly read_seq: number
  readonly at: SqlTime
  readonly version: number
  readonly member_count: number
  readonly unread_count: number
}

/** Moves of one batch at most: enough that the commit hardly counts, few enough that nobody waits long. */
const maxBatch = 256

/** Read cursors over a pool, where concurrent moves are written together, or over a transaction. */
export function readStore(database: Database): ReadStore {
  const advance = database.inTransaction
    ? async (move: Move) => (await advanceAll(database, [move]))[0] ?? null
    : groupCalls<Move, CursorMove | null>({
        run: (moves) => advanceAll(database, moves),
        keyOf: (move) => `${move.chatId} ${move.userId}`,
        max: maxBatch,
      }).call
  return {
    advance: (chatId, userId, seq, at) => advance({ chatId, userId, seq, at }),
    async state(chatId, userId) {
      const [state] = await database.query<StateRow>(findStates, [[chatId], [userId]])
      return state === undefined ? null : toMove(state, false, state)
    },
    async progress(chatId) {
      const [row] = await database.query<ReadProgress>(findProgress, [chatId])
      if (row === undefined) throw new Error('There is no chat of which to say how far it was read')
      return toProgress(row)
    },
    async readersOf(chatId, seq, senderId) {
      const rows = await database.query<ReadRow>(findReaders, [chatId, seq, senderId])
      return rows.map(toRead)
    },
    async readersOfMany(messages, perMessage) {
      const lists = messages.map((): MessageRead[] => [])
      if (lists.length === 0) return lists
      const chatIds = messages.map((message) => message.chat_id)
      const seqs = messages.map((message) => message.seq)
      const senderIds = messages.map((message) => message.sender_id)
      const values = [chatIds, seqs, senderIds, perMessage]
      const rows = await database.query<ReadRow & { place: number }>(findReadersOfMany, values)
      for (const row of rows) lists[row.place - 1]?.push(toRead(row))
      return lists
    },
  }
}

const toRead = (row: ReadRow): MessageRead => ({ user_id: row.user_id, at: toTime(row.at) })

/**
 * Raises the cursors and looks at the result in a second statement: outside of a transaction that is after the commit, so that
 * of two moves at the same moment, here or on another node, the later one sees both, and no rise of "read by all" is missed.
 * When several cursors of a chat rise in one call, the last of them accounts for what became of its progress.
 */
async function advanceAll(database: Database, moves: readonly Move[]): Promise<(CursorMove | null)[]> {
  const sorted = moves.map((move, index) => ({ ...move, index })).sort(byChatAndPerson)
  const chatIds = sorted.map((move) => move.chatId)
  const userIds = sorted.map((move) => move.userId)
  const seqs = sorted.map((move) => move.seq)
  const ats = sorted.map((move) => move.at)
  const rises = await database.query<RiseRow>(advanceCursors, [chatIds, userIds, seqs, ats])
  const states = await statesAfter(database, rises.length > 0, [chatIds, userIds])
  const risen = new Set(rises.map((rise) => rise.place))
  const accountable = new Map(rises.map((rise) => [chatIds[rise.place - 1], rise]))
  const results = moves.map((): CursorMove | null => null)
  for (const state of states) {
    const move = sorted[state.place - 1]
    if (move === undefined) continue
    const rise = accountable.get(move.chatId)
    const before = rise?.place === state.place ? rise : state
    results[move.index] = toMove(state, risen.has(state.place), before)
  }
  return results
}

/** When cursors rose and the look at the result fails, they rose for all that: whoever asked has to find out and tell. */
async function statesAfter(
  database: Database,
  anyRose: boolean,
  values: readonly unknown[],
): Promise<StateRow[]> {
  try {
    return await database.query<StateRow>(findStates, values)
  } catch (error) {
    if (anyRose && !database.inTransaction) throw new InDoubtError({ cause: error })
    throw error
  }
}

function byChatAndPerson(a: Move, b: Move): number {
  const [left, right] = [a.chatId + a.userId, b.chatId + b.userId]
  if (left === right) return 0
  return left < right ? -1 : 1
}

const toMove = (state: StateRow, moved: boolean, before: ReadProgress): CursorMove => ({
  seq: state.read_seq,
  at: toTime(state.at),
  moved,
  unreadCount: state.unread_count,
  version: state.version,
  memberCount: state.member_count,
  before: toProgress(before),
  after: toProgress(state),
})

const toProgress = ({ holder, lowest, second, reader, furthest, runner_up }: ReadProgress): ReadProgress => ({
  holder,
  lowest,
  second,
  reader,
  furthest,
  runner_up,
})
