// What is told of "read by all": each person hears what a fresh view would show, and nobody more than that.
import type { Id } from '@parley/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fullyReadEvents, fullyReadFor } from './fully-read.ts'
import type { ReadProgress } from './store.ts'

const people = ['ann', 'bob', 'eve', 'ian'] as const
const chatId = 'chat'

/** The cursor of each, and whether it was set by reading. */
type Cursors = readonly { readonly seq: number; readonly isRead: boolean }[]

function progressOf(cursors: Cursors): ReadProgress {
  const all = cursors.map(({ seq, isRead }, index) => ({ userId: people[index] ?? '', seq, isRead }))
  const [low, next] = all.toSorted((a, b) => a.seq - b.seq)
  const [far, follower] = all.filter(({ isRead }) => isRead).toSorted((a, b) => b.seq - a.seq)
  return {
    holder: low?.userId ?? null,
    lowest: low?.seq ?? 0,
    second: next?.seq ?? 0,
    reader: far?.userId ?? null,
    furthest: far?.seq ?? 0,
    runner_up: follower?.seq ?? 0,
  }
}

/** U3, from its words. */
function shown(cursors: Cursors, viewer: number): number {
  const others = cursors.filter((_, index) => index !== viewer)
  const read = others.filter(({ isRead }) => isRead).map(({ seq }) => seq)
  return Math.min(...others.map(({ seq }) => seq), Math.max(0, ...read))
}

const cursors = fc.array(fc.record({ seq: fc.nat(9), isRead: fc.boolean() }), {
  minLength: people.length,
  maxLength: people.length,
})
const rises = fc.array(fc.nat(4), { minLength: people.length, maxLength: people.length })

test('U3: whoever rises and however far, each hears of it what a fresh view shows, and never more', () => {
  fc.assert(
    fc.property(cursors, rises, (before, by) => {
      const after = before.map(({ seq, isRead }, index) => {
        const rise = by[index] ?? 0
        return { seq: seq + rise, isRead: isRead || rise > 0 }
      })
      const events = fullyReadEvents(chatId, progressOf(before), progressOf(after))
      for (const [index, userId] of people.entries()) {
        expect(fullyReadFor(progressOf(after), userId)).toBe(shown(after, index))
        const heard = events.flatMap(({ audience, event }) => {
          if (event.type !== 'fully_read') throw new Error('Another event is told')
          const isMeant =
            (audience.kind === 'chat' && audience.except_user_id !== userId) ||
            (audience.kind === 'member' && audience.user_id === (userId as Id))
          return isMeant ? [event.seq] : []
        })
        expect(Math.max(shown(before, index), ...heard)).toBe(shown(after, index))
      }
    }),
    { numRuns: 1000 },
  )
})
