// The unread count against a recount, whatever order, loss and repetition the network makes.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  changeUnread,
  isStale,
  logMax,
  rebaseUnread,
  startUnread,
  type Unread,
  type UnreadBase,
  type UnreadChange,
  unreadCount,
} from './unread.ts'

type Change = 'theirs' | 'own' | 'delete' | 'neutral'

/** A chat's history: the change at every version, starting at 1. */
const historyOf = (changes: readonly Change[]): UnreadChange[] => {
  const theirs: number[] = []
  let seq = 0
  return changes.map((change, index): UnreadChange => {
    const version = index + 1
    const doomed = change === 'delete' ? theirs.shift() : undefined
    if (doomed !== undefined) return { version, seq: doomed, delta: -1 }
    if (change === 'neutral' || change === 'delete') return { version, seq: 0, delta: 0 }
    seq += 1
    if (change === 'theirs') theirs.push(seq)
    return { version, seq, delta: change === 'theirs' ? 1 : 0 }
  })
}

/** What the server would count at a version, for a cursor. */
const recount = (history: readonly UnreadChange[], version: number, read_seq: number): number =>
  history
    .filter((change) => change.version <= version && change.seq > read_seq)
    .reduce((total, { delta }) => total + delta, 0)

const baseAt = (history: readonly UnreadChange[], version: number, read_seq: number): UnreadBase => ({
  count: recount(history, version, read_seq),
  version,
  read_seq,
})

type Word = { readonly change: UnreadChange } | { readonly base: UnreadBase }
const hear = (unread: Unread, word: Word): Unread =>
  'change' in word ? changeUnread(unread, word.change) : rebaseUnread(unread, word.base)

const changes = fc.array(fc.constantFrom<Change>('theirs', 'theirs', 'own', 'delete', 'neutral'), {
  minLength: 1,
  maxLength: 60,
})
/** Versions and cursors as fractions, to be scaled to the history. */
const snapshots = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })), {
  minLength: 1,
  maxLength: 8,
})

interface Case {
  readonly history: UnreadChange[]
  readonly bases: UnreadBase[]
  readonly words: Word[]
}

/** `loss`: whether changes may fail to arrive. */
const cases = (loss: boolean): fc.Arbitrary<Case> =>
  fc.tuple(changes, snapshots).chain(([list, marks]) => {
    const history = historyOf(list)
    const bases = marks.map(([version, cursor]) => baseAt(history, Math.min(version, history.length), cursor))
    const changes = history.map((change): Word => ({ change }))
    const heard = loss ? fc.subarray(changes) : fc.constant(changes)
    return heard.chain((some) => {
      const words: Word[] = [...some, ...bases.map((base) => ({ base }))]
      return fc
        .array(fc.constantFrom(...words), { maxLength: 30 })
        .chain((repeated) =>
          fc.shuffledSubarray([...words, ...repeated], { minLength: words.length + repeated.length }),
        )
        .map((shuffled) => ({ history, bases, words: shuffled }))
    })
  })

describe('I5: the unread count', () => {
  it('equals a recount at the newest version and the highest cursor, in whatever order and however often things come', () => {
    fc.assert(
      fc.property(cases(false), ({ history, bases, words }) => {
        const start = startUnread(baseAt(history, 0, 0))
        const unread = words.reduce(hear, start)
        const cursor = Math.max(0, ...bases.map(({ read_seq }) => read_seq))
        expect(unreadCount(unread)).toBe(recount(history, history.length, cursor))
      }),
      { numRuns: 500 },
    )
  })

  it('is either right or known to be stale when changes that a base contains never came', () => {
    fc.assert(
      fc.property(cases(true), ({ history, bases, words }) => {
        const unread = words.reduce(hear, startUnread(baseAt(history, 0, 0)))
        const newest = Math.max(...bases.map(({ version }) => version))
        const arrived = new Set(words.flatMap((word) => ('change' in word ? [word.change.version] : [])))
        // Changes after every base that never came are a hole in the versions, which is noticed elsewhere.
        fc.pre(history.every(({ version }) => version <= newest || arrived.has(version)))
        const cursor = Math.max(0, ...bases.map(({ read_seq }) => read_seq))
        if (!isStale(unread)) expect(unreadCount(unread)).toBe(recount(history, history.length, cursor))
      }),
      { numRuns: 500 },
    )
  })

  it('is put right by a fresh base when it was stale', () => {
    const history = historyOf(['theirs', 'theirs', 'theirs'])
    const ahead = rebaseUnread(startUnread(baseAt(history, 0, 0)), baseAt(history, 3, 0))
    const crossed = rebaseUnread(ahead, baseAt(history, 1, 1))
    expect(isStale(crossed)).toBe(true)
    const fresh = rebaseUnread(crossed, baseAt(history, 3, 1))
    expect(isStale(fresh)).toBe(false)
    expect(unreadCount(fresh)).toBe(2)
  })

  it('keeps a bounded log and the right count through thousands of messages', () => {
    const history = historyOf(
      Array.from({ length: 5 * logMax }, (_, at) => (at % 3 === 0 ? 'delete' : 'theirs')),
    )
    let unread = startUnread(baseAt(history, 0, 0))
    for (const change of history) {
      unread = changeUnread(unread, change)
      expect(unread.log.length).toBeLessThanOrEqual(logMax)
    }
    expect(isStale(unread)).toBe(false)
    expect(unreadCount(unread)).toBe(recount(history, history.length, 0))
  })

  it('calls itself stale when it must fold a log with a hole', () => {
    const history = historyOf(Array.from({ length: logMax + 3 }, () => 'theirs'))
    const unread = history
      .filter(({ version }) => version !== 5)
      .reduce(changeUnread, startUnread(baseAt(history, 0, 0)))
    expect(isStale(unread)).toBe(true)
  })

  it('never shows less than nothing while a deletion is ahead of its message', () => {
    const start = startUnread({ count: 0, version: 0, read_seq: 0 })
    expect(unreadCount(changeUnread(start, { version: 2, seq: 1, delta: -1 }))).toBe(0)
  })
})
