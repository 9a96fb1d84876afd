// What the matrix holds of a dialect: for each route and each frame of its tables who may and who may not, each with a request that
// fits, from which the tests of bad input make theirs.
import type { TestServer } from '../../../packages/server/test/harness.ts'
import type { Person } from '../people.ts'
import type { Kind } from '../stage.ts'
import type { DialectParts, RouteKey } from './dialect-door.ts'
import type { CallVerdict, DoorVerdict, FrameVerdict, SeatTable } from './dialect-table.ts'
import type { Place } from './place.ts'

/** A call about a chat, a message or a member. */
export interface ChatCall {
  readonly about: 'chat'
  readonly what: string
  readonly parts: (place: Place) => DialectParts
  readonly verdicts: SeatTable<CallVerdict>
}

/** `forged`: with a token that is none. `ended`: with the token of a session that was ended. */
export const callers = ['anonymous', 'forged', 'ended', 'person'] as const
type Caller = (typeof callers)[number]

/** Two people who are new, and share nothing. */
export interface Encounter {
  readonly self: Person
  readonly other: Person
  readonly numbers: Readonly<Record<'self' | 'other', number>>
  readonly server: TestServer
}

/** A call about no chat in particular. */
export interface PersonalCall {
  readonly about: 'person'
  readonly what: string
  readonly parts: (encounter: Encounter) => DialectParts | Promise<DialectParts>
  readonly verdicts: Readonly<Record<Caller, number>>
  /** What the person shows, where that is not the access token. */
  readonly token?: (encounter: Encounter) => string
}

export type CallCase = ChatCall | PersonalCall

export const chatCall = (
  what: string,
  parts: ChatCall['parts'],
  verdicts: ChatCall['verdicts'],
): ChatCall => ({ about: 'chat', what, parts, verdicts })

export const personalCall = (
  what: string,
  verdicts: PersonalCall['verdicts'],
  parts: PersonalCall['parts'],
  token?: PersonalCall['token'],
): PersonalCall => ({
  about: 'person',
  what,
  parts,
  verdicts,
  ...(token === undefined ? {} : { token }),
})

/** How a contract refuses those who show no token, and those whose token is no good. */
export interface Refusals {
  readonly anonymous: 401 | 403
  readonly forged: 401 | 403
}

export const refusalsOf = ({ refusals }: Pick<DialectCases, 'refusals'>): Refusals =>
  refusals ?? { anonymous: 401, forged: 401 }

/** Nobody but those who have a session. */
export const withSession = (person: number, refusals?: Refusals): PersonalCall['verdicts'] => {
  const { anonymous, forged } = refusalsOf(refusals === undefined ? {} : { refusals })
  return { anonymous, forged, ended: forged, person }
}
/** Calls that need no token do not look at one either. */
export const anybody = (status: number): PersonalCall['verdicts'] => ({
  anonymous: status,
  forged: status,
  ended: status,
  person: status,
})

export type Parameters = Readonly<Record<string, string | number>>
export type FrameFields = Readonly<Record<string, unknown>>

/** One address under which a socket is tried. */
interface DoorCase {
  readonly what: string
  readonly params: (place: Place) => Parameters
  readonly verdicts: SeatTable<DoorVerdict>
}

export interface FrameCase {
  readonly what: string
  readonly frame: (place: Place, home: Place) => FrameFields
  /** Sent before, on the same socket. */
  readonly before?: (place: Place) => readonly FrameFields[]
  /** A chat of that kind is made of which one is the owner: the socket is at that chat, if it is about one, and the frame may name it. */
  readonly fromHome?: Home
  readonly verdicts: SeatTable<FrameVerdict>
}

/** What is done in a chat while everybody listens, in this order; see actions.ts. */
export const actions = [
  'message',
  'typing',
  'read',
  'edit',
  'delete',
  'rename',
  'add',
  'remove',
  'message after',
] as const
export type Action = (typeof actions)[number]

/** `member` is removed by the action of that name. */
export const ears = ['owner', 'admin', 'member', 'ex_member', 'peer', 'stranger'] as const
export type Ear = (typeof ears)[number]

/** Names of frames in their order: of those that every member is told, or that some are. */
type Told = string | Partial<Readonly<Record<Ear, string>>>

export interface SocketCase {
  /** The socket's first address is the one that its frames are tried at. */
  readonly doors: readonly [DoorCase, ...DoorCase[]]
  /** Closing code for those without a token, with one that is none, or with that of a session that was ended. */
  readonly closed: number
  readonly frames: Readonly<Record<string, readonly [FrameCase, ...FrameCase[]]>>
  /** Only of sockets that are about one chat: the kind of chat. Whoever is not in it listens at a chat of their own. */
  readonly home?: Home
  /** What everyone sends first who wants to hear of the chat. */
  readonly enter?: (place: Place) => readonly FrameFields[]
  /** The field that names the frames of the server. */
  readonly namedBy: string
  /** What they are told of each action in a private group, or in a channel if that is the socket's home; nothing of those that are not named. */
  readonly told: Partial<Readonly<Record<Action, Told>>>
}

export type Home = Extract<Kind, 'private' | 'channel'>

export interface DialectCases {
  readonly name: string
  /** 401 for both if it does not say. */
  readonly refusals?: Refusals
  readonly routes: Readonly<Partial<Record<RouteKey, readonly [CallCase, ...CallCase[]]>>>
  /** By path. */
  readonly sockets: Readonly<Record<string, SocketCase>>
}
