// The unread count of one chat: what the server counted at some version, moved by the changes after it. Pure.
//
// The server's counts (bases) and the changes may arrive in any order and more than once. A change counts once, by its
// version, and only if the base does not contain it and its message lies behind the cursor. So a base that is older than
// changes already seen is completed by them, and one that is newer swallows them.

/** Changes that are remembered; beyond them the oldest are folded into the base. */
export const logMax = 1000

/** What the server said: unread messages behind `read_seq`, as of `version`. */
export interface UnreadBase {
  readonly count: number
  readonly version: number
  readonly read_seq: number
}

/** One durable change: `delta` is 1 for a new message of another, −1 for its deletion, 0 for all the rest. */
export interface UnreadChange {
  readonly version: number
  readonly seq: number
  readonly delta: -1 | 0 | 1
}

export interface Unread {
  readonly base: UnreadBase
  /** Ascending by version, each version once. May reach below the base, for a base that comes late. */
  readonly log: readonly UnreadChange[]
  /** The newest version that any base contained, or that was dropped from the log. */
  readonly reach: number
}

export const startUnread = (base: UnreadBase): Unread => ({ base, log: [], reach: base.version })

/** The count may be off, because changes that it needs were never seen: ask the server for a new base. */
export const isStale = ({ base, log, reach }: Unread): boolean =>
  reach > base.version && !covers(log, base.version, reach)

/** The number to show. */
export const unreadCount = ({ base, log }: Unread): number =>
  // A deletion that overtakes its creation would take the count below the truth for a moment, never below zero.
  Math.max(0, base.count + sum(log, base, Number.POSITIVE_INFINITY))

const sum = (log: readonly UnreadChange[], base: UnreadBase, upTo: number): number => {
  let total = 0
  for (const { version, seq, delta } of log) {
    if (version > base.version && version <= upTo && seq > base.read_seq) total += delta
  }
  return total
}

/** Takes a change into account. Repeating it changes nothing. */
export const changeUnread = (unread: Unread, change: UnreadChange): Unread => {
  const { log } = unread
  const at = log.findLastIndex(({ version }) => version <= change.version)
  if (log[at]?.version === change.version) return unread
  const next = { ...unread, log: log.toSpliced(at + 1, 0, change) }
  return next.log.length > logMax ? fold(next) : next
}

/** Halves the log. What the base does not contain yet goes into it; if there is a hole in that, the count is stale. */
const fold = ({ base, log, reach }: Unread): Unread => {
  const upTo = log[Math.floor(log.length / 2)]?.version ?? 0
  const kept = log.filter(({ version }) => version > upTo)
  const reached = Math.max(reach, upTo)
  if (upTo <= base.version || !covers(log, base.version, upTo)) return { base, log: kept, reach: reached }
  const folded = { ...base, count: base.count + sum(log, base, upTo), version: upTo }
  return { base: folded, log: kept, reach: reached }
}

/** Whether the log has every version after `from` up to `to`. */
const covers = (log: readonly UnreadChange[], from: number, to: number): boolean =>
  log.filter(({ version }) => version > from && version <= to).length === to - from

/**
 * Takes a count of the server. Version and cursor both only rise, so mostly one base is newer in both, and counts. A
 * snapshot taken while a read was on its way to commit can be newer in one and older in the other; then the one with
 * the higher cursor counts, because the log can move it to the other's version, and nothing can move a cursor.
 */
export const rebaseUnread = (unread: Unread, base: UnreadBase): Unread => {
  const { base: current, log } = unread
  const reach = Math.max(unread.reach, base.version)
  const isHigher = base.read_seq > current.read_seq
  const isNewer = base.read_seq === current.read_seq && base.version > current.version
  return isHigher || isNewer ? { base, log: prune(log, base), reach } : { ...unread, reach }
}

/** Changes far below the base cannot matter any more: a late base is late by a few versions. */
const prune = (log: readonly UnreadChange[], base: UnreadBase): readonly UnreadChange[] => {
  const first = log.findIndex(({ version }) => version > base.version - lateVersions)
  return first <= 0 ? (first === 0 ? log : []) : log.slice(first)
}

const lateVersions = 100
