// The window of a timeline: no holes, no loss of its place, the newest version of every message.
import type { Message } from '@parley/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { idOf, ModelChat } from '../testing/model-chat.ts'
import {
  aheadMax,
  firstSeq,
  lastSeq,
  type Page,
  putMessage,
  putPage,
  type Window,
  windowMax,
} from './window.ts'

const chatOf = (count: number): ModelChat => {
  const chat = new ModelChat(idOf(1), idOf(2))
  for (let seq = 1; seq <= count; seq += 1) chat.send(idOf(2), `message ${seq}`)
  return chat
}
const pageOf = (messages: readonly Message[], side: Page['side'], from: number, to: number): Page => ({
  ...(side === 'place' ? { side } : { side, anchor: side === 'before' ? to + 1 : from - 1 }),
  items: messages.slice(from - 1, to),
  has_before: from > 1,
  has_after: to < messages.length,
})
const open = (messages: readonly Message[], from: number, to: number): Window => {
  const window = putPage(undefined, pageOf(messages, 'place', from, to))
  if (window === undefined) throw new Error('A page by place opens a window')
  return window
}
const range = (window: Window | undefined) =>
  window && {
    first: firstSeq(window),
    last: lastSeq(window),
    before: window.hasBefore,
    after: window.hasAfter,
  }
const seqs = (window: Window) => window.messages.map(({ seq }) => seq)

const { messages } = chatOf(100)
const at = (seq: number): Message => messages[seq - 1] ?? expect.fail(`no message ${seq}`)

describe('a page', () => {
  it('opens a window only if asked for by place', () => {
    expect(range(open(messages, 51, 100))).toEqual({ first: 51, last: 100, before: true, after: false })
    expect(putPage(undefined, pageOf(messages, 'before', 1, 50))).toBeUndefined()
  })

  it('joins a window that it touches or overlaps', () => {
    const window = open(messages, 41, 60)
    expect(range(putPage(window, pageOf(messages, 'before', 21, 40)))).toEqual({
      ...{ first: 21, last: 60, before: true, after: true },
    })
    expect(range(putPage(window, pageOf(messages, 'after', 61, 100)))).toEqual({
      ...{ first: 41, last: 100, before: true, after: false },
    })
    expect(range(putPage(window, pageOf(messages, 'place', 50, 70)))).toMatchObject({ first: 41, last: 70 })
  })

  it('replaces a window that it does not touch if asked for by place, and is too late otherwise', () => {
    const window = open(messages, 81, 100)
    expect(range(putPage(window, pageOf(messages, 'place', 11, 30)))).toMatchObject({ first: 11, last: 30 })
    expect(putPage(window, pageOf(messages, 'before', 11, 30))).toBe(window)
  })

  it('that is empty marks the edge on its side', () => {
    const window = open(messages, 41, 60)
    const nothing = { items: [], has_before: false, has_after: false }
    expect(putPage(window, { side: 'before', anchor: 41, ...nothing })).toMatchObject({
      ...{ hasBefore: false, hasAfter: true },
    })
    expect(putPage(window, { side: 'after', anchor: 60, ...nothing })).toMatchObject({
      ...{ hasBefore: true, hasAfter: false },
    })
    expect(putPage(window, { side: 'after', anchor: 80, ...nothing })).toBe(window)
  })

  it('does not bring an older version back', () => {
    const chat = chatOf(10)
    const stale = [...chat.messages]
    chat.edit(5, 'edited')
    const window = open(chat.messages, 1, 10)
    expect(putPage(window, pageOf(stale, 'place', 1, 10))?.messages[4]?.text).toBe('edited')
  })

  it('brings live messages that waited behind a hole into the window', () => {
    const window = putMessage(open(messages.slice(0, 50), 31, 50), at(53))
    expect(range(window)).toMatchObject({ last: 50 })
    expect(range(putPage(window, pageOf(messages.slice(0, 52), 'after', 51, 52)))).toMatchObject({ last: 53 })
  })
})

describe('a live message', () => {
  it('joins at the end, and nowhere else', () => {
    const window = open(messages.slice(0, 50), 31, 50)
    expect(range(putMessage(window, at(51)))).toMatchObject({ last: 51 })
    expect(putMessage(window, at(10))).toBe(window)
    const scrolledUp = open(messages, 31, 50)
    expect(putMessage(scrolledUp, at(51))).toBe(scrolledUp)
  })

  it('starts an empty chat', () => {
    const empty = putPage(undefined, { side: 'place', items: [], has_before: false, has_after: false })
    expect(empty && seqs(putMessage(empty, at(1)))).toEqual([1])
  })

  it('waits for those before it', () => {
    let window = open(messages.slice(0, 50), 31, 50)
    for (const seq of [54, 52, 53]) window = putMessage(window, at(seq))
    expect(lastSeq(window)).toBe(50)
    expect(lastSeq(putMessage(window, at(51)))).toBe(54)
  })

  it('gives the end up when too many wait', () => {
    const long = chatOf(aheadMax + 60).messages
    let window = open(long.slice(0, 50), 31, 50)
    for (const message of long.slice(51, 52 + aheadMax)) window = putMessage(window, message)
    expect(window).toMatchObject({ hasAfter: true, ahead: [] })
  })
})

describe('the bound', () => {
  const long = chatOf(windowMax + 200).messages

  it('cuts the start when reading on, and the end when reading back', () => {
    const late = open(long, 201, windowMax + 150)
    expect(range(putPage(late, pageOf(long, 'before', 151, 200)))).toEqual({
      ...{ first: 151, last: 150 + windowMax, before: true, after: true },
    })
    const early = open(long, 1, windowMax)
    expect(range(putPage(early, pageOf(long, 'after', windowMax + 1, windowMax + 50)))).toEqual({
      ...{ first: 51, last: windowMax + 50, before: true, after: true },
    })
    const live = open(long.slice(0, windowMax), 1, windowMax)
    const next = long[windowMax]
    expect(next && range(putMessage(live, next))).toEqual({
      ...{ first: 2, last: windowMax + 1, before: true, after: false },
    })
  })
})

describe('I9: any window', () => {
  const change = fc.oneof(
    fc.record({ put: fc.integer({ min: 1, max: 100 }) }),
    fc.record({
      side: fc.constantFrom<Page['side']>('before', 'after', 'place'),
      from: fc.integer({ min: 1, max: 100 }),
      size: fc.integer({ min: 1, max: 40 }),
    }),
  )

  it('is contiguous, holds the newest versions seen, and says truly whether there is more', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
        let window: Window | undefined
        for (const next of changes) {
          if ('put' in next) window = window && putMessage(window, at(next.put))
          else {
            const from = askedFrom(next, window)
            window = putPage(window, pageOf(messages, next.side, from, Math.min(100, from + next.size - 1)))
          }
          if (window === undefined) continue
          const first = firstSeq(window)
          expect(seqs(window)).toEqual(window.messages.map((_, index) => first + index))
          if (!window.hasBefore && window.messages.length > 0) expect(first).toBe(1)
          expect(window.hasAfter && window.ahead.length > 0).toBe(false)
          expect(window.ahead.every(({ seq }) => window !== undefined && seq > lastSeq(window) + 1)).toBe(
            true,
          )
        }
      }),
    )
  })

  /** A page before or after is asked for from the edge of the window. */
  const askedFrom = (
    { side, from, size }: { side: Page['side']; from: number; size: number },
    window: Window | undefined,
  ): number => {
    if (window === undefined || side === 'place') return from
    return side === 'before' ? Math.max(1, firstSeq(window) - size) : lastSeq(window) + 1
  }
})
