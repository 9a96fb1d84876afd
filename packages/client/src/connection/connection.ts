// The life of a connection as a pure state machine: what each input does in each state. It opens no socket and sets no
// timer; link.ts carries out the effects and feeds the inputs.
//
//                     ┌──────────── retry · online · reconnect ───────────┐
//                     ▼                                                   │
//   begin ──▶ authorising ──authorised──▶ connecting ──opened──▶ greeting │
//              ▲   │   │                      │                  │    │   │
//              │   │   └─authorise_failed─┐   │lost · silent     │    │greeted
//              │   │                      ▼   ▼                  │    ▼   │
//              │   │                     waiting ◀──lost·silent──┤  ready │
//              │   │                      │  ▲ └─────────────────┼────┼───┘
//              │   │                      │  └───lost · silent───┼────┘
//              └───┼──── lost with 4401: renew the token, once ───┘
//                  │
//                  └─refused──▶ closed ◀── ended, failed (any state), lost with 44xx, 4401 again after renewing
//
import { backoff, fullJitter, longJitter } from './backoff.ts'
import { abnormalClose, closeReason, verdictOf } from './close-codes.ts'

/** `attempt`: failures in a row so far. `renewed`: the token was renewed for this very attempt. */
export type LinkState =
  | { readonly status: 'authorising'; readonly attempt: number; readonly renewed: boolean }
  | { readonly status: 'connecting'; readonly attempt: number; readonly renewed: boolean }
  | { readonly status: 'greeting'; readonly attempt: number; readonly renewed: boolean }
  | { readonly status: 'ready'; readonly attempt: number; readonly since: number }
  | {
      readonly status: 'waiting'
      readonly attempt: number
      readonly retryAt: number
      readonly reason: string
      /** The next attempt begins with a new token. */
      readonly renew: boolean
    }
  | { readonly status: 'closed'; readonly reason: string; readonly error?: unknown }

/** The moment of an input, for those that can lead to a wait. */
interface Moment {
  readonly at: number
  readonly random: number
}

export type LinkInput =
  /** The token is at hand. */
  | { readonly type: 'authorised' }
  /** No token could be had, for a reason that may pass: `network`, or the code of the server's error. */
  | ({ readonly type: 'authorise_failed'; readonly reason: string } & Moment)
  /** The server will give this client no token any more. */
  | { readonly type: 'refused'; readonly reason: string }
  /** The socket is open; nothing was said yet. */
  | { readonly type: 'opened' }
  /** `ready` arrived and was applied. */
  | { readonly type: 'greeted'; readonly at: number }
  /** The socket closed, or `hello` was answered with the error of that code. */
  | ({ readonly type: 'lost'; readonly code: number } & Moment)
  /** Nothing was heard for too long. */
  | ({ readonly type: 'silent' } & Moment)
  /** The wait is over. */
  | { readonly type: 'retry' }
  /** The system says that the network is there. */
  | { readonly type: 'online' }
  /** The application wants a connection now. */
  | { readonly type: 'reconnect' }
  /** The end for good. */
  | { readonly type: 'ended'; readonly reason: string }
  /** The end for good, by a fault of this program: trying again would meet it again. */
  | { readonly type: 'failed'; readonly error: unknown }

export type LinkEffect =
  /** Have a token at hand; `fresh`: the present one was refused. Answered by authorised, authorise_failed or refused. */
  | { readonly type: 'authorise'; readonly fresh: boolean }
  /** Open a socket. Answered by opened or lost. */
  | { readonly type: 'dial' }
  /** Say `hello`. Answered by greeted or lost. */
  | { readonly type: 'hello' }
  /** Close the socket, if there is one, and hear no more of it. */
  | { readonly type: 'hang_up' }
  /** Find out at once whether the socket still lives. */
  | { readonly type: 'probe' }
  /** Answered by retry. */
  | { readonly type: 'wait'; readonly milliseconds: number }
  | { readonly type: 'stop_waiting' }

export type Step = readonly [LinkState, readonly LinkEffect[]]

type StateOf<S extends LinkState['status']> = Extract<LinkState, { status: S }>
type InputOf<I extends LinkInput['type']> = Extract<LinkInput, { type: I }>
/** A cell for every pair: one that is missing does not compile. */
type Table = {
  readonly [S in LinkState['status']]: {
    readonly [I in LinkInput['type']]: (state: StateOf<S>, input: InputOf<I>) => Step
  }
}

const stay = (state: LinkState): Step => [state, []]

const end = (_: LinkState, { reason }: { readonly reason: string }): Step => [
  { status: 'closed', reason },
  [{ type: 'stop_waiting' }, { type: 'hang_up' }],
]

const giveUp = (_: LinkState, { error }: { readonly error: unknown }): Step => [
  { status: 'closed', reason: 'failed', error },
  [{ type: 'stop_waiting' }, { type: 'hang_up' }],
]

const authorise = (attempt: number, renewed: boolean): Step => [
  { status: 'authorising', attempt, renewed },
  [{ type: 'authorise', fresh: renewed }],
]

interface Pause {
  readonly attempt: number
  readonly milliseconds: number
  readonly reason: string
  readonly renew: boolean
}

const wait = (at: number, { milliseconds, ...rest }: Pause): Step => [
  { status: 'waiting', retryAt: at + milliseconds, ...rest },
  [{ type: 'hang_up' }, { type: 'wait', milliseconds }],
]

/** After a failure that may pass. */
const fail = (attempt: number, moment: Moment, reason: string, renew = false): Step =>
  wait(moment.at, {
    attempt: attempt + 1,
    milliseconds: fullJitter(attempt, moment.random),
    reason,
    renew,
  })

/** A socket that was lost before `ready`. */
const failToConnect = (
  { attempt, renewed }: StateOf<'connecting' | 'greeting'>,
  input: Moment & { readonly code: number },
): Step => {
  const reason = closeReason(input.code)
  switch (verdictOf(input.code)) {
    case 'renew':
      if (renewed) return end({ status: 'closed', reason }, { reason })
      return [
        { status: 'authorising', attempt, renewed: true },
        [{ type: 'hang_up' }, { type: 'authorise', fresh: true }],
      ]
    case 'over':
      return end({ status: 'closed', reason }, { reason })
    case 'slow':
      return wait(input.at, {
        attempt: attempt + 1,
        milliseconds: longJitter(input.random),
        reason,
        renew: false,
      })
    case 'moved':
    case 'again':
      return fail(attempt, input, reason)
  }
}

/** A socket that was lost after `ready`: one that had been steady counts as no failure. */
const loseReady = (state: StateOf<'ready'>, input: Moment & { readonly code: number }): Step => {
  const age = input.at - state.since
  // A clock that was set back says nothing of how long ago that was.
  const steady = age < 0 || age >= backoff.steady
  const attempt = steady ? 0 : state.attempt
  const reason = closeReason(input.code)
  switch (verdictOf(input.code)) {
    case 'renew': {
      if (!steady) return fail(attempt, input, reason, true)
      const [next, effects] = authorise(0, true)
      return [next, [{ type: 'hang_up' }, ...effects]]
    }
    case 'over':
      return end(state, { reason })
    case 'slow':
      return wait(input.at, {
        attempt: attempt + 1,
        milliseconds: longJitter(input.random),
        reason,
        renew: false,
      })
    case 'moved':
      // A server that says so to whoever just came would otherwise be asked without end.
      return wait(input.at, {
        attempt: steady ? attempt : attempt + 1,
        milliseconds: fullJitter(attempt, input.random),
        reason,
        renew: false,
      })
    case 'again':
      return fail(attempt, input, reason)
  }
}

const silence = (input: Moment) => ({ ...input, code: abnormalClose })

const table: Table = {
  authorising: {
    authorised: ({ attempt, renewed }) => [{ status: 'connecting', attempt, renewed }, [{ type: 'dial' }]],
    authorise_failed: ({ attempt, renewed }, input) => fail(attempt, input, input.reason, renewed),
    refused: end,
    opened: stay,
    greeted: stay,
    lost: stay,
    silent: stay,
    retry: stay,
    online: stay,
    reconnect: stay,
    ended: end,
    failed: giveUp,
  },
  connecting: {
    authorised: stay,
    authorise_failed: stay,
    refused: stay,
    opened: ({ attempt, renewed }) => [{ status: 'greeting', attempt, renewed }, [{ type: 'hello' }]],
    greeted: stay,
    lost: failToConnect,
    silent: (state, input) => failToConnect(state, silence(input)),
    retry: stay,
    online: stay,
    reconnect: stay,
    ended: end,
    failed: giveUp,
  },
  greeting: {
    authorised: stay,
    authorise_failed: stay,
    refused: stay,
    opened: stay,
    greeted: ({ attempt }, { at }) => [{ status: 'ready', attempt, since: at }, []],
    lost: failToConnect,
    silent: (state, input) => failToConnect(state, silence(input)),
    retry: stay,
    online: stay,
    reconnect: stay,
    ended: end,
    failed: giveUp,
  },
  ready: {
    authorised: stay,
    authorise_failed: stay,
    refused: stay,
    opened: stay,
    greeted: stay,
    lost: loseReady,
    silent: (state, input) => loseReady(state, silence(input)),
    retry: stay,
    online: (state) => [state, [{ type: 'probe' }]],
    reconnect: stay,
    ended: end,
    failed: giveUp,
  },
  waiting: {
    authorised: stay,
    authorise_failed: stay,
    refused: stay,
    opened: stay,
    greeted: stay,
    lost: stay,
    silent: stay,
    retry: ({ attempt, renew }) => authorise(attempt, renew),
    online: ({ renew }) => hurry(0, renew),
    reconnect: ({ attempt, renew }) => hurry(attempt, renew),
    ended: end,
    failed: giveUp,
  },
  closed: {
    authorised: stay,
    authorise_failed: stay,
    refused: stay,
    opened: stay,
    greeted: stay,
    lost: stay,
    silent: stay,
    retry: stay,
    online: stay,
    reconnect: stay,
    ended: stay,
    failed: stay,
  },
}

/** Cuts a wait short. */
function hurry(attempt: number, renew: boolean): Step {
  const [state, effects] = authorise(attempt, renew)
  return [state, [{ type: 'stop_waiting' }, ...effects]]
}

/** The first step of a connection. */
export const begin = (): Step => authorise(0, false)

/** The next state and what must be done on the way to it, in order. Total: every pair has an answer. */
export const transition = (state: LinkState, input: LinkInput): Step => {
  const cell = table[state.status][input.type] as (state: LinkState, input: LinkInput) => Step
  return cell(state, input)
}
