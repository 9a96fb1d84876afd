// The frames of clients on this server, from the protocol's table: how their bytes are read, what each of them does and what answers it.
// When a frame's turn has come is the session's business.
import {
  type AnswerFrameType,
  type AnswerTo,
  type ClientFrame,
  type ClientFrameType,
  clientFrames,
  type ErrorCode,
  type Id,
  type ServerEvent,
} from '@parley/protocol'
import type { Actor } from '../core/actor.ts'
import { AppError } from '../core/errors.ts'
import type { Ports } from '../core/ports.ts'
import { resume } from '../core/sync/resume.ts'
import { operations } from '../operations/operations.ts'
import type { Connection } from '../realtime/connection.ts'
import type { Presence } from '../realtime/presence.ts'
import { decodeJson } from '../wire/json.ts'
import { type Check, compileCheck } from '../wire/validate.ts'

/** What an answer says besides its type and the number of the frame. */
type AnswerBody<T extends ClientFrameType> = Omit<AnswerTo<T>, 'type' | 'ref'>

/** Throws as the command does. */
export type FrameHandler<T extends ClientFrameType> = (
  actor: Actor,
  frame: ClientFrame<T>,
  connection: Connection,
) => HandlerResult<T> | Promise<HandlerResult<T>>

type HandlerResult<T extends ClientFrameType> = AnswerBody<T> | AnswerWithEvents<T>

/** For a frame whose answer is followed by what there is to tell at that moment. */
interface AnswerWithEvents<T extends ClientFrameType> {
  readonly answer: AnswerBody<T>
  readonly events: () => Iterable<ServerEvent>
}

/** A frame without a handler does not compile. `hello` comes before the connection is live, when its actor is known. */
export type FrameHandlers = { readonly [T in ClientFrameType]: FrameHandler<T> }

export const frameHandlers = (ports: Ports, presence: Pick<Presence, 'watch'>): FrameHandlers => ({
  hello: (actor, { chats = {} }) => resume(ports, actor, chats),
  async send_message(actor, frame) {
    const { message } = await operations.sendMessage(ports, actor, frame)
    return { message }
  },
  edit_message: async (actor, frame) => ({ message: await operations.editMessage(ports, actor, frame) }),
  delete_message: async (actor, frame) => ({ message: await operations.deleteMessage(ports, actor, frame) }),
  read: async (actor, frame) => ({ read: await operations.markRead(ports, actor, frame) }),
  async typing(actor, frame) {
    await operations.sendTyping(ports, actor, frame)
    return {}
  },
  watch_presence: watchPresence(presence),
  ping: () => ({}),
})

/** Watching replaces what was watched; the present state of each follows the answer. */
export const watchPresence =
  (presence: Pick<Presence, 'watch'>): FrameHandler<'watch_presence'> =>
  async (actor, { user_ids }, connection) => {
    const watched = await presence.watch(connection, actor, user_ids)
    return { answer: {}, events: () => watched.now() }
  }

/** Begins what the frame asks for, in the turn of the call. Throws as the command does. */
export const begin = <T extends ClientFrameType>(
  handlers: FrameHandlers,
  actor: Actor,
  frame: ClientFrame<T>,
  connection: Connection,
): HandlerResult<T> | Promise<HandlerResult<T>> => handlers[frame.type](actor, frame, connection)

/**
 * Whether the frame begins in the turn in which it came: sends must reach the message writer in the order they came (and wait in its line
 * alone), and pings ask for nothing. All others wait for one of their person's places.
 */
export const beginsAtOnce = ({ type }: ClientFrame): boolean => type === 'send_message' || type === 'ping'

/** Answers the frame with what its handler gave. */
export function reply<T extends ClientFrameType>(
  connection: Pick<Connection, 'answer'>,
  { type, ref }: ClientFrame<T>,
  result: HandlerResult<T>,
): void {
  const { answer } = clientFrames[type]
  if (!('events' in result)) {
    connection.answer(answerText(answer, ref, result))
    return
  }
  connection.answer(answerText(answer, ref, result.answer))
  for (const event of result.events()) connection.answer(JSON.stringify(event))
}

/** Frames that name the same thing here are carried out one after the other; null when order does not matter. */
export function keyOf(frame: ClientFrame): Id | null {
  const { key } = clientFrames[frame.type]
  const fields: Readonly<Record<string, unknown>> = frame
  const value = key === null ? null : fields[key]
  return typeof value === 'string' ? value : null
}

/** The text of an answer. Without a number of the client's there is none in it. */
export const answerText = (type: AnswerFrameType, ref: number | undefined, body: object): string =>
  JSON.stringify({ type, ref, ...body })

type Decoded =
  | { readonly kind: 'frame'; readonly frame: ClientFrame }
  | {
      readonly kind: 'invalid'
      readonly code: ErrorCode
      readonly detail: string
      /** The client's number, if that much could be read. */
      readonly ref: number | undefined
    }

export type FrameDecoder = (bytes: Buffer) => Decoded

const maxFaults = 3

/** The decoder never throws; it takes bytes that are valid UTF-8. */
export function createFrameDecoder(): FrameDecoder {
  const checks = new Map<unknown, Check<ClientFrame>>()
  for (const [type, { schema }] of Object.entries(clientFrames)) checks.set(type, compileCheck(schema))
  return (bytes) => {
    let value: unknown
    try {
      value = decodeJson(bytes.toString())
      const check = checks.get(fieldOf(value, 'type'))
      if (check === undefined) throw new AppError('bad_frame')
      return { kind: 'frame', frame: check(value) }
    } catch (error) {
      return invalid(error, refOf(value))
    }
  }
}

function invalid(error: unknown, ref: number | undefined): Decoded {
  if (!(error instanceof AppError)) return { kind: 'invalid', code: 'bad_frame', detail: 'not a frame', ref }
  const faults = (error.data.errors ?? []).slice(0, maxFaults)
  const detail = faults.map(({ path, message }) => `${path || 'the frame'} ${message}`).join('; ')
  return { kind: 'invalid', code: error.code, detail: detail || error.message, ref }
}

function refOf(value: unknown): number | undefined {
  const ref = fieldOf(value, 'ref')
  return typeof ref === 'number' && Number.isSafeInteger(ref) && ref >= 0 ? ref : undefined
}

function fieldOf(value: unknown, name: 'type' | 'ref'): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.hasOwn(value, name) ? (value as Record<typeof name, unknown>)[name] : undefined
}
