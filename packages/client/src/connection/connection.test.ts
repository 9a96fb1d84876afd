// The connection's state machine, cell by cell where a cell decides something, and as a whole for what always holds.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoff, fullJitter, longJitter } from './backoff.ts'
import { begin, type LinkInput, type LinkState, transition } from './connection.ts'

const authorising: LinkState = { status: 'authorising', attempt: 2, renewed: false }
const connecting: LinkState = { status: 'connecting', attempt: 2, renewed: false }
const greeting: LinkState = { status: 'greeting', attempt: 2, renewed: false }
const ready = { status: 'ready', attempt: 2, since: 100_000 } as const satisfies LinkState
const waiting: LinkState = { status: 'waiting', attempt: 2, retryAt: 5, reason: 'network', renew: false }
const closed: LinkState = { status: 'closed', reason: 'closed' }
const states = [authorising, connecting, greeting, ready, waiting, closed]

const soon = { at: 101_000, random: 0.5 }
const late = { at: 100_000 + backoff.steady, random: 0.5 }
const lost = (code: number, moment = soon): LinkInput => ({ type: 'lost', code, ...moment })

describe('a connection on its way up', () => {
  it('gets a token, opens a socket, says hello and is ready', () => {
    expect(begin()).toEqual([
      { status: 'authorising', attempt: 0, renewed: false },
      [{ type: 'authorise', fresh: false }],
    ])
    expect(transition(authorising, { type: 'authorised' })).toEqual([connecting, [{ type: 'dial' }]])
    expect(transition(connecting, { type: 'opened' })).toEqual([greeting, [{ type: 'hello' }]])
    expect(transition(greeting, { type: 'greeted', at: 7 })).toEqual([
      { status: 'ready', attempt: 2, since: 7 },
      [],
    ])
  })

  it.each([
    [
      'no token could be had',
      authorising,
      { type: 'authorise_failed', reason: 'network', ...soon } as LinkInput,
    ],
    ['the socket does not open', connecting, lost(1006)],
    ['the socket does not answer', connecting, { type: 'silent', ...soon } as LinkInput],
    ['hello is not answered', greeting, { type: 'silent', ...soon } as LinkInput],
    ['the server is stopping', greeting, lost(4503)],
  ])('waits with full jitter when %s', (_, state, input) => {
    const milliseconds = fullJitter(2, 0.5)
    expect(transition(state, input)).toEqual([
      {
        status: 'waiting',
        attempt: 3,
        retryAt: soon.at + milliseconds,
        reason: input.type === 'lost' && input.code === 4503 ? 'unavailable' : 'network',
        renew: false,
      },
      [{ type: 'hang_up' }, { type: 'wait', milliseconds }],
    ])
  })

  it('renews a refused token once, then gives up', () => {
    const [renewing, effects] = transition(greeting, lost(4401))
    expect(renewing).toEqual({ status: 'authorising', attempt: 2, renewed: true })
    expect(effects).toEqual([{ type: 'hang_up' }, { type: 'authorise', fresh: true }])
    const [again] = transition(renewing, { type: 'authorised' })
    const [greetingAgain] = transition(again, { type: 'opened' })
    const [over] = transition(greetingAgain, lost(4401))
    expect(over).toEqual({ status: 'closed', reason: 'unauthenticated' })
  })

  it('still renews the token after a failure to reach the server', () => {
    const renewing: LinkState = { status: 'authorising', attempt: 0, renewed: true }
    const [failed] = transition(renewing, { type: 'authorise_failed', reason: 'unavailable', ...soon })
    expect(failed).toMatchObject({ status: 'waiting', reason: 'unavailable' })
    expect(transition(failed, { type: 'retry' })[1]).toEqual([{ type: 'authorise', fresh: true }])
  })

  it('ends with a fault, which trying again would meet again', () => {
    const error = new TypeError('a fault')
    expect(transition(authorising, { type: 'failed', error })).toEqual([
      { status: 'closed', reason: 'failed', error },
      [{ type: 'stop_waiting' }, { type: 'hang_up' }],
    ])
  })

  it('ends when the server gives no token any more', () => {
    const [state] = transition(authorising, { type: 'refused', reason: 'invalid_refresh_token' })
    expect(state).toEqual({ status: 'closed', reason: 'invalid_refresh_token' })
  })

  it.each([
    [4400, 'bad_frame'],
    [4403, 'origin_refused'],
    [4409, 'session_revoked'],
    [4413, 'frame_too_large'],
    [4499, 'close_4499'],
  ])('does not come back after close code %i', (code, reason) => {
    for (const state of [connecting, greeting, ready]) {
      expect(transition(state, lost(code))[0]).toEqual({ status: 'closed', reason })
    }
  })

  it('comes back late when it was too fast', () => {
    const milliseconds = longJitter(0.5)
    expect(milliseconds).toBeGreaterThanOrEqual(backoff.cap / 2)
    for (const state of [greeting, ready]) {
      expect(transition(state, lost(4429))[1]).toContainEqual({ type: 'wait', milliseconds })
    }
  })
})

describe('a connection that is lost after ready', () => {
  it('starts the back-off anew if it had been steady', () => {
    const [state] = transition(ready, lost(1006, late))
    expect(state).toMatchObject({
      status: 'waiting',
      attempt: 1,
      retryAt: late.at + fullJitter(0, 0.5),
    })
  })

  it('K7: starts it anew too where the clock was set back meanwhile, so that nobody knows', () => {
    const setBack = { at: ready.since - 3_600_000, random: 0.5 }
    expect(transition(ready, lost(1006, setBack))[0]).toMatchObject({
      attempt: 1,
      retryAt: setBack.at + fullJitter(0, 0.5),
    })
    expect(transition(ready, lost(4401, setBack))[0]).toMatchObject({ status: 'authorising', attempt: 0 })
  })

  it('goes on with the back-off if it had not', () => {
    expect(transition(ready, lost(1006))[0]).toMatchObject({
      attempt: 3,
      retryAt: soon.at + fullJitter(2, 0.5),
    })
  })

  it('does not count a server that asks to come back as a failure', () => {
    expect(transition(ready, lost(4503, late))[0]).toMatchObject({ status: 'waiting', attempt: 0 })
  })

  it('K2: counts a server that asks whoever just came to come back', () => {
    expect(transition(ready, lost(4503))[0]).toMatchObject({ status: 'waiting', attempt: 3 })
  })

  it('renews an expired token at once, but not in a hurry again and again', () => {
    expect(transition(ready, lost(4401, late))[0]).toEqual({
      status: 'authorising',
      attempt: 0,
      renewed: true,
    })
    expect(transition(ready, lost(4401))[0]).toMatchObject({
      status: 'waiting',
      attempt: 3,
      renew: true,
    })
  })

  it('treats silence like a lost network', () => {
    expect(transition(ready, { type: 'silent', ...late })[0]).toMatchObject({
      status: 'waiting',
      reason: 'network',
    })
  })
})

describe('a connection that waits', () => {
  it.each(['retry', 'online', 'reconnect'] as const)('tries again on %s', (type) => {
    const [state, effects] = transition(waiting, { type })
    expect(state.status).toBe('authorising')
    expect(effects.at(-1)).toEqual({ type: 'authorise', fresh: false })
    if (type !== 'retry') expect(effects[0]).toEqual({ type: 'stop_waiting' })
  })

  it('forgets its failures when the network returns', () => {
    expect(transition(waiting, { type: 'online' })[0]).toMatchObject({ attempt: 0 })
    expect(transition(waiting, { type: 'reconnect' })[0]).toMatchObject({ attempt: 2 })
  })
})

describe('any connection', () => {
  it('probes the socket when the network returns while ready', () => {
    expect(transition(ready, { type: 'online' })).toEqual([ready, [{ type: 'probe' }]])
  })

  it('ends when asked to, and hangs up', () => {
    for (const state of states.filter(({ status }) => status !== 'closed')) {
      const [next, effects] = transition(state, { type: 'ended', reason: 'closed' })
      expect(next).toEqual(closed)
      expect(effects).toContainEqual({ type: 'hang_up' })
      expect(effects).toContainEqual({ type: 'stop_waiting' })
    }
  })

  const moment = fc.record({ at: fc.nat(1e9), random: fc.double({ min: 0, max: 0.999, noNaN: true }) })
  const input: fc.Arbitrary<LinkInput> = fc.oneof(
    fc.constantFrom<LinkInput>(
      { type: 'authorised' },
      { type: 'opened' },
      { type: 'retry' },
      { type: 'online' },
      { type: 'reconnect' },
      { type: 'refused', reason: 'r' },
      { type: 'ended', reason: 'closed' },
      { type: 'failed', error: new TypeError('a fault') },
    ),
    fc.nat(1e9).map((at): LinkInput => ({ type: 'greeted', at })),
    moment.map((m): LinkInput => ({ type: 'authorise_failed', reason: 'network', ...m })),
    moment.map((m): LinkInput => ({ type: 'silent', ...m })),
    fc
      .tuple(fc.constantFrom(1000, 1006, 4400, 4401, 4409, 4429, 4503), moment)
      .map(([code, m]): LinkInput => ({ type: 'lost', code, ...m })),
  )

  it('stays closed, waits within bounds and has at most one thing under way', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 60 }), (inputs) => {
        let [state] = begin()
        for (const next of inputs) {
          const before = state
          const [after, effects] = transition(state, next)
          state = after
          if (before.status === 'closed') expect([after, effects]).toEqual([before, []])
          const starts = effects.filter(({ type }) => ['authorise', 'dial', 'hello', 'wait'].includes(type))
          expect(starts.length).toBeLessThanOrEqual(1)
          // Whoever leaves a socket behind hangs it up, unless the socket is what moved the state on.
          const hadSocket = ['connecting', 'greeting', 'ready'].includes(before.status)
          const hasSocket = ['connecting', 'greeting', 'ready'].includes(after.status)
          if (hadSocket && !hasSocket) expect(effects).toContainEqual({ type: 'hang_up' })
          for (const effect of effects) {
            if (effect.type !== 'wait') continue
            expect(effect.milliseconds).toBeGreaterThanOrEqual(0)
            expect(effect.milliseconds).toBeLessThanOrEqual(backoff.cap)
          }
        }
      }),
    )
  })
})
