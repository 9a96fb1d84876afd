// One kind of socket of a dialect: who may come, which events it is told and how, and what its frames ask for.
import type { Id, ServerEvent } from '@parley/protocol'
import type { Static, TObject, TSchema } from 'typebox'
import type { Actor } from '../../core/actor.ts'
import type { EntityCache } from '../../core/entity-cache/entity-cache.ts'
import type { MaybePromise } from '../../core/entity-cache/maybe-promise.ts'
import { AppError } from '../../core/errors.ts'
import type { Payer } from '../../core/payers.ts'
import type { DialectContext } from './context.ts'
import type { ErrorMap } from './errors.ts'
import { compileKnown } from './known-values.ts'
import type { ChatRef, MessageRef } from './refs.ts'

/** RFC 6455 §7.4.1: what most contracts refuse a socket with. */
export const policyViolation = 1008

/** Frames that tell one event. */
export type Frames = object | readonly object[] | null

/** The same for everyone who hears it, or made for each person. */
export type EventFrames = Frames | ((userId: Id) => Frames)

/** What a frame asks for. `reply` is sent to this socket alone. */
export type SocketCommand =
  | { readonly do: 'send'; readonly chat: ChatRef; readonly text: string; readonly key?: string }
  /** `not_found` for a message of another chat, where the contract says which. */
  | { readonly do: 'read'; readonly message: MessageRef; readonly chat?: ChatRef }
  | { readonly do: 'typing'; readonly chat: ChatRef }
  /** Members only; from then on `joined` holds the chat. */
  | { readonly do: 'join' | 'leave'; readonly chat: ChatRef; readonly reply: object | null }
  | { readonly do: 'ask'; answer(context: DialectContext, actor: Actor, payer: Payer): Promise<Frames> }

/** A socket that was let in, as `hears` sees it. */
export interface Listener<Place> {
  readonly actor: Actor
  readonly place: Place
  /** Chats that the client joined by frames. */
  readonly joined: ReadonlySet<Id>
}

export interface SocketSpec<P extends TObject, Place> {
  /** Parameters in braces. */
  readonly path: string
  readonly params?: P
  readonly summary: string
  /** Throws an AppError or DialectError for those who may not come. */
  admit(context: DialectContext, actor: Actor, params: Static<P>): Promise<Place>
  /** The one chat that the socket is about, if there is one: whoever is taken out of it is disconnected. */
  chatOf?(place: Place): Id
  /** What one socket of a person joins all of them hear, as long as one is open. */
  readonly joinsForPerson?: true
  /** The first frame: what is published while it is made comes after it. */
  greet?(context: DialectContext, actor: Actor, place: Place): Promise<object>
  hears(listener: Listener<Place>, event: ServerEvent): boolean
  /**
   * From an event to frames, with facts that the event does not carry: in the same turn when they are in memory. Pure but for
   * looking them up.
   */
  encode(event: ServerEvent, entities: EntityCache, base: string): MaybePromise<EventFrames>
  /** From a client's frame to what it asks for; made by `frames`. */
  readonly command: FrameReader<Place>
  /** Words for errors of frames; asked before those of the dialect. */
  readonly errors?: ErrorMap
  /** The contract's frame for anything that is wrong. */
  fault(detail: string): object
  /** What the contract closes a socket with that has no valid token or access, or not any more. */
  readonly refusalCode: number
}

/** Pure. Throws AppError or DialectError for what is no frame of the table. */
export interface FrameReader<Place> {
  (frame: unknown, listener: Listener<Place>): SocketCommand
  /** The field by which frames are told apart. */
  readonly field: string
  /** By the frames' names. */
  readonly schemas: Readonly<Record<string, TSchema>>
}

export type DialectSocket = SocketSpec<TObject, unknown>

export const socket = <Place, P extends TObject = TObject>(spec: SocketSpec<P, Place>): DialectSocket =>
  spec as DialectSocket

interface FrameSpec<S extends TSchema, Place> {
  readonly schema: S
  command(frame: Static<S>, listener: Listener<Place>): SocketCommand
}

export const frame = <S extends TSchema, Place = unknown>(
  schema: S,
  command: (frame: Static<S>, listener: Listener<Place>) => SocketCommand,
): FrameSpec<S, Place> => ({ schema, command })

/** The `command` of a socket from a table of its frames, told apart by a field: `action`, `type`, `event`. */
export function frames<Place>(
  field: string,
  table: Readonly<Record<string, FrameSpec<TSchema, Place>>>,
): FrameReader<Place> {
  const compiled = new Map(
    Object.entries(table).map(([name, spec]) => [name, { check: compileKnown(spec.schema), spec }]),
  )
  const read = (value: unknown, listener: Listener<Place>): SocketCommand => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new AppError('bad_frame', { detail: 'A frame is a JSON object' })
    }
    const name = (value as Record<string, unknown>)[field]
    const entry = typeof name === 'string' ? compiled.get(name) : undefined
    if (entry === undefined) throw new AppError('bad_frame', { detail: `Unknown ${field}` })
    return entry.spec.command(entry.check(value), listener)
  }
  const schemas = Object.fromEntries(Object.entries(table).map(([name, { schema }]) => [name, schema]))
  return Object.assign(read, { field, schemas })
}
