// The checker against histories in which one thing is wrong: a fault that is not seen here would not be seen in a run.
import type { ChatView } from '@parley/protocol'
import { describe, expect, test } from 'vitest'
import { check } from './checker.ts'
import type { Happening, HistoryLine, StoredMessage } from './records.ts'
import { faultNames, isClean, type Verdict } from './verdict.ts'

const chat = 'chat'
const people = ['ann', 'bob']
const idOf = (seq: number) => `m${seq}`

/** Odd messages are Ann's, even ones Bob's. */
const messageOf = (seq: number): StoredMessage => ({
  id: idOf(seq),
  seq,
  sender: people[(seq + 1) % 2] ?? '',
  text: `text ${seq}`,
  version: seq + 1,
})

const attemptOf = ({ id, sender, text }: StoredMessage): Happening => ({
  op: 'send',
  by: sender,
  way: 'socket',
  chat,
  id,
  text: text ?? '',
})

const ackOf = ({ id, sender, seq }: StoredMessage): Happening => ({ op: 'ok', by: sender, id, seq })

/** One message after the other, each told to both. */
const exchange = (seq: number): Happening[] => {
  const message = messageOf(seq)
  const events = people.map((to): Happening => ({ op: 'event', to, id: message.id, seq }))
  return [attemptOf(message), ackOf(message), ...events]
}

const viewOf = (lastSeq: number) =>
  ({ id: chat, last_seq: lastSeq, version: lastSeq + 1, unread_count: 2 }) as ChatView

interface World {
  load: Happening[]
  stored: StoredMessage[]
  /** By person. */
  windows: Record<string, StoredMessage[]>
  views: Record<string, ChatView>
  unsent: number
}

/** Four messages and a kill in the middle, all as it should be. */
const goodWorld = (): World => {
  const seqs = [1, 2, 3, 4]
  const [first = [], second = [], ...others] = seqs.map(exchange)
  return {
    load: [
      ...first,
      ...second,
      { op: 'kill', fault: 'server' },
      { op: 'up', fault: 'server' },
      ...others.flat(),
    ],
    stored: seqs.map(messageOf),
    windows: Object.fromEntries(people.map((name) => [name, seqs.map(messageOf)])),
    views: Object.fromEntries(people.map((name) => [name, viewOf(4)])),
    unsent: 0,
  }
}

const linesOf = ({ load, stored, windows, views, unsent }: World): HistoryLine[] => {
  const replicas = Object.entries(windows).map(
    ([of, window]): Happening => ({
      ...{ op: 'replica', of, chat, view: views[of] ?? null, window, reachesEnd: true, unsent },
    }),
  )
  const fetched = people.map((of): Happening => ({ op: 'view', of, chat, view: viewOf(4) }))
  const pages = [stored.slice(0, 2), stored.slice(2)].map(
    (messages): Happening => ({ op: 'page', chat, messages }),
  )
  return [...load, ...replicas, ...fetched, ...pages].map((line, t) => ({ t, ...line }))
}

/** What is wrong, with how often. */
const faultsIn = (verdict: Verdict) =>
  Object.fromEntries(faultNames.map((name) => [name, verdict[name]]).filter(([, count]) => count !== 0))

const judge = (mutate: (world: World) => void): Verdict => {
  const world = goodWorld()
  mutate(world)
  return check(linesOf(world))
}

describe('a history without faults', () => {
  test('is clean, and its figures are what happened', () => {
    const verdict = judge(() => undefined)
    expect(verdict).toMatchObject({ kills: 1, cutOff: 0, sent: 4, acknowledged: 4, clients: 2, examples: [] })
    expect(faultsIn(verdict)).toEqual({})
    expect(isClean(verdict)).toBe(true)
  })

  test('may hold resends, attempts cut off by a kill and events that a gap swallowed', () => {
    const verdict = judge(({ load }) => {
      const third = messageOf(3)
      const cut = load.findIndex(({ op }) => op === 'kill')
      load.splice(cut + 1, 0, { op: 'unknown', by: third.sender, id: third.id, code: 'connection' })
      load.splice(cut, 0, attemptOf(third))
      load.push(attemptOf(third), ackOf(third))
      load.splice(
        load.findIndex(({ op }) => op === 'event'),
        1,
      )
    })
    expect(verdict).toMatchObject({ cutOff: 1, acknowledged: 4 })
    expect(faultsIn(verdict)).toEqual({})
  })

  test('may hold messages that were sent side by side in any order', () => {
    const verdict = judge((world) => {
      const [one, two] = [messageOf(1), messageOf(2)]
      world.load.splice(0, 8, attemptOf(two), attemptOf(one), ackOf(two), ackOf(one))
    })
    expect(faultsIn(verdict)).toEqual({})
  })

  test('of nothing proves nothing', () => {
    expect(isClean(check([]))).toBe(false)
  })
})

describe('the checker sees', () => {
  test('I1: an acknowledged message that is not there any more', () => {
    const verdict = judge(({ stored, windows }) => {
      stored.pop()
      for (const name of people) windows[name]?.pop()
    })
    expect(faultsIn(verdict)).toEqual({ lost: 1, holes: 1, stale: 2 })
    expect(isClean(verdict)).toBe(false)
    expect(verdict.examples[0]).toContain('lost: m4')
  })

  test('I2: an id that is stored twice', () => {
    const verdict = judge(({ stored }) => stored.push({ ...messageOf(4), seq: 5 }))
    expect(verdict.duplicated).toBe(1)
  })

  test('I2: a resend that was stored as another message', () => {
    const verdict = judge(({ stored }) => stored.push({ ...messageOf(4), id: 'other', seq: 5 }))
    expect(faultsIn(verdict)).toEqual({ duplicated: 1 })
  })

  test('I2: a resend that was acknowledged with another number', () => {
    const verdict = judge(({ load }) =>
      load.push(attemptOf(messageOf(2)), { ...ackOf(messageOf(2)), seq: 9 } as Happening),
    )
    expect(faultsIn(verdict)).toEqual({ duplicated: 1 })
  })

  test('I2: one number for two messages', () => {
    const verdict = judge(({ stored }) => {
      stored[3] = { ...messageOf(4), seq: 3 }
    })
    expect(verdict).toMatchObject({ duplicated: 1, holes: 1, misordered: 1 })
  })

  test('I3: a hole in the numbers', () => {
    const verdict = judge((world) => {
      world.load = world.load.filter((line) => !('id' in line) || line.id !== 'm3')
      world.stored.splice(2, 1)
    })
    expect(verdict).toMatchObject({ lost: 0, holes: 1 })
  })

  test('I3: a missing end, by the number that the chat is said to have reached', () => {
    const verdict = judge((world) => {
      world.load = world.load.filter((line) => !('id' in line) || line.id !== 'm4')
      world.stored.pop()
    })
    expect(verdict).toMatchObject({ lost: 0, holes: 1 })
  })

  test('I3: a place that is not the one that was acknowledged and told', () => {
    const verdict = judge(({ load }) => {
      for (const line of load)
        if ((line.op === 'ok' || line.op === 'event') && line.id === 'm2') Object.assign(line, { seq: 3 })
    })
    expect(faultsIn(verdict)).toEqual({ misordered: 1 })
  })

  test('I3: a place that two clients were told differently', () => {
    const verdict = judge(({ load }) => {
      const event = load.findLast((line) => line.op === 'event' && line.id === 'm2')
      Object.assign(event ?? {}, { seq: 3 })
    })
    expect(faultsIn(verdict)).toEqual({ misordered: 1 })
  })

  test('I4: a message before one that was acknowledged before it was sent', () => {
    const verdict = judge((world) => {
      // Acknowledgements, events and the history agree on the numbers; only the order in time does not.
      world.load.splice(0, 8, ...exchange(2), ...exchange(1))
    })
    expect(faultsIn(verdict)).toEqual({ misordered: 1 })
    expect(verdict.examples[0]).toContain('m1 was sent after m2 was acknowledged')
  })

  test('a message that nobody sent, stored', () => {
    const phantom = { ...messageOf(5), text: 'never sent' }
    expect(faultsIn(judge(({ stored }) => stored.push(phantom)))).toEqual({ phantom: 1 })
  })

  test('a message that was not sent so', () => {
    const forged = { ...messageOf(2), sender: 'ann' }
    const verdict = judge(({ stored }) => stored.splice(1, 1, forged))
    expect(verdict.phantom).toBe(1)
  })

  test('a message that nobody sent, told', () => {
    const verdict = judge(({ load }) => load.push({ op: 'event', to: 'ann', id: 'other', seq: 5 }))
    expect(faultsIn(verdict)).toEqual({ phantom: 1 })
  })

  test('a message that was told before it was kept, and then was not kept', () => {
    const fifth = messageOf(5)
    const verdict = judge(({ load }) =>
      load.push(
        attemptOf(fifth),
        { op: 'event', to: 'bob', id: fifth.id, seq: 5 },
        { op: 'unknown', by: 'ann', id: fifth.id, code: 'connection' },
      ),
    )
    expect(faultsIn(verdict)).toEqual({ phantom: 1, unresolved: 1 })
  })

  test('S2: an event that came twice', () => {
    const verdict = judge(({ load }) => load.push({ op: 'event', to: 'ann', id: 'm1', seq: 1 }))
    expect(faultsIn(verdict)).toEqual({ toldTwice: 1 })
  })

  test('a send that was refused', () => {
    const fifth = messageOf(5)
    const refusal: Happening = { op: 'fail', by: 'ann', id: fifth.id, code: 'not_found' }
    const verdict = judge(({ load }) => load.push(attemptOf(fifth), refusal))
    expect(faultsIn(verdict)).toEqual({ refused: 1 })
  })
})

describe('I9: the checker sees a replica', () => {
  test.each<[string, (world: World) => void]>([
    ['that lags behind', ({ windows }) => windows.bob?.pop()],
    ['with a hole', ({ windows }) => windows.bob?.splice(1, 1)],
    [
      'with a message in an older version',
      ({ windows }) => windows.bob?.splice(1, 1, { ...messageOf(2), version: 1 }),
    ],
    [
      'that counts unread messages wrongly',
      ({ views }) => Object.assign(views, { bob: { ...viewOf(4), unread_count: 3 } }),
    ],
    ['that lost its chat', ({ views }) => void delete views.bob],
    ['that is not there', ({ windows }) => void delete windows.bob],
  ])('%s', (_, mutate) => {
    expect(faultsIn(judge(mutate))).toEqual({ stale: 1 })
  })

  test('that believes its sends to be on their way', () => {
    expect(faultsIn(judge((world) => Object.assign(world, { unsent: 1 })))).toEqual({ stale: 2 })
  })
})
