// One socket of the canonical protocol, from its first frame to its last: who it is, how fast it may speak, what is under way.
import { setTimeout as pause } from 'node:timers/promises'
import {
  baseCost,
  type ClientFrame,
  type ClientFrameType,
  clientFrames,
  type ErrorCode,
  errorRow,
  sizeCost,
  timings,
} from '@parley/protocol'
import { requireClaimed } from '../core/accounts/login-session.ts'
import type { Actor } from '../core/actor.ts'
import { AppError } from '../core/errors.ts'
import { charge, lateMs, type Payer, type Payers } from '../core/payers.ts'
import type { Log } from '../core/ports.ts'
import { type ClosingCode, type Connection, closingCodes } from '../realtime/connection.ts'
import type { RealtimeMetrics } from '../realtime/hub.ts'
import type { Realtime } from '../realtime/realtime.ts'
import {
  answerText,
  begin,
  beginsAtOnce,
  type FrameDecoder,
  type FrameHandlers,
  keyOf,
  reply,
} from './frames.ts'
import type { Intake, Session } from './socket-protocol.ts'

export interface SessionPorts {
  readonly realtime: Pick<Realtime, 'join'>
  /**
   * That of `hello` must throw `session_revoked` when the session is over, from storage and not from memory. That of `send_message` must
   * reach the message writer in the turn of the call: a socket's messages are numbered in the order it sent them.
   */
  readonly handlers: FrameHandlers
  /** Who bears the token, by its signature and expiry. That the session is not over, the handler of `hello` makes sure. */
  readonly identify: (accessToken: string) => Promise<Actor>
  readonly decode: FrameDecoder
  readonly payers: Pick<Payers, 'person'>
  readonly log: Log
  readonly metrics?: RealtimeMetrics
  readonly helloMs?: number
}

/** Frames of one socket that are carried out at once; beyond it the socket is not read. */
const maxInFlight = 64
/** Frames that are no frames, after which the peer is not a client of this protocol. */
const maxInvalid = 20
/** A client that could not be given its state by then is told to come back. */
const joinMs = 30_000

/** What a frame costs that is none. */
const invalidCost = 1
/** Bytes of a frame that cost 1 besides; smaller ones cost what they ask for. */
const bytesPerUnit = 16 * 1024

/** Whoever comes, before it is known who that is. */
export interface Visitor {
  /** From the handshake; `hello` may bring another. */
  readonly token: string | null
  readonly payer: Payer
}

/** A frame other than `hello`, which comes once and before all others. */
type CommandFrame = ClientFrame<Exclude<ClientFrameType, 'hello'>>

export class SocketSession implements Session {
  private readonly ports: SessionPorts
  private readonly connection: Connection
  private readonly intake: Intake
  private readonly handshakeToken: string | null
  /** The address until it is known who it is, and the person from then on. */
  private payer: Payer
  private readonly mutex = new KeyedMutex()
  /** Read, but not begun: before the connection is live, and beyond `maxInFlight`. */
  private readonly waiting: CommandFrame[] = []
  private deadline: NodeJS.Timeout | null
  private hello: 'awaited' | 'given' = 'awaited'
  private reading: 'on' | 'paused' = 'on'
  private inFlight = 0
  private invalid = 0

  constructor(ports: SessionPorts, connection: Connection, intake: Intake, visitor: Visitor) {
    this.ports = ports
    this.connection = connection
    this.intake = intake
    this.handshakeToken = visitor.token
    this.payer = visitor.payer
    this.deadline = setTimeout(() => {
      this.fail('unauthenticated', undefined, 'No hello in time')
      connection.end('unauthenticated')
    }, ports.helloMs ?? timings.hello).unref()
  }

  /** Whether the socket is not being read, so that its silence is our doing. */
  get paused(): boolean {
    return this.reading === 'paused'
  }

  /** A whole message came. `data` is valid UTF-8 unless binary. */
  receive(data: Buffer, isBinary: boolean): void {
    if (this.connection.state.kind === 'closed') return
    if (isBinary) {
      this.fail('bad_frame', undefined, 'Binary frames are not part of this protocol')
      this.connection.end('bad_frame')
      return
    }
    const decoded = this.ports.decode(data)
    const isHello = this.hello === 'awaited' && decoded.kind === 'frame' && decoded.frame.type === 'hello'
    // The first hello is paid for when it is known by whom.
    const taken = isHello ? 'allowed' : this.payer.take(costOf(decoded, data.length))
    if (taken === 'exhausted') {
      this.fail('too_fast', undefined)
      this.connection.end('too_fast')
      return
    }
    const { ref } = decoded.kind === 'frame' ? decoded.frame : decoded
    this.ports.metrics?.frameReceived(decoded.kind === 'frame' ? decoded.frame.type : 'invalid')
    if (taken === 'refused') this.fail('too_fast', ref)
    else if (decoded.kind === 'frame') this.accept(decoded.frame)
    else this.refuseInvalid(decoded.code, ref, decoded.detail)
  }

  /** A ping of the protocol below came; the library has answered it. It counts like a frame. */
  receivePing(): void {
    if (this.payer.take(clientFrames.ping.cost) === 'exhausted') this.connection.end('too_fast')
  }

  /** The connection is closed: nothing more is begun, and the peer's close frame is let through. */
  stop(): void {
    this.endDeadline()
    this.waiting.length = 0
    this.read('on')
  }

  private accept(frame: ClientFrame): void {
    if (this.hello === 'awaited') {
      if (frame.type !== 'hello') {
        this.fail('unauthenticated', frame.ref, 'The first frame must be hello')
        return
      }
      this.hello = 'given'
      this.endDeadline()
      this.deadline = setTimeout(() => this.connection.end('draining', 'unavailable'), joinMs).unref()
      void this.greet(frame)
      return
    }
    if (frame.type === 'hello') {
      this.refuseInvalid('invalid_request', frame.ref, 'hello comes first and once')
      return
    }
    this.waiting.push(frame)
    this.pump()
  }

  private async greet(frame: ClientFrame<'hello'>): Promise<void> {
    const { connection, ports } = this
    try {
      const token = frame.token ?? this.handshakeToken
      const actor = await this.identify(token)
      requireClaimed({ claimedUserId: frame.user_id?.toLowerCase() }, actor.userId)
      this.payer = ports.payers.person(actor.userId)
      charge(this.payer, frameCost(frame))
      await this.payer.run(actor.sessionId, () =>
        ports.realtime.join(connection, actor, async () => {
          const state = await ports.handlers.hello(actor, frame, connection)
          return answerText(clientFrames.hello.answer, frame.ref, state)
        }),
      )
      this.endDeadline()
      this.pump()
    } catch (error) {
      // Whoever is refused comes again at once.
      if (error instanceof AppError && error.code === 'rate_limited') await pause(lateMs)
      const code = this.failWith(error, 'hello', frame.ref)
      connection.end(closingCodeFor(code), code)
    }
  }

  /** Whoever is nobody has the address pay for the attempt. */
  private async identify(token: string | null): Promise<Actor> {
    try {
      if (token === null) throw new AppError('unauthenticated')
      return await this.ports.identify(token)
    } catch (error) {
      this.payer.take(invalidCost)
      throw error
    }
  }

  /** Begins what may begin, and stops reading while something has to wait. */
  private pump(): void {
    const { actor } = this.connection
    if (actor === null || this.connection.state.kind === 'closed') return
    while (this.connection.state.kind === 'live' && this.inFlight < maxInFlight) {
      const frame = this.waiting.shift()
      if (frame === undefined) break
      this.inFlight += 1
      void this.mutex.run(keyOf(frame), () => this.carryOut(actor, frame)).then(() => this.settle())
    }
    this.read(this.waiting.length > 0 ? 'paused' : 'on')
  }

  /** Does not reject. Does nothing when the connection was closed while the frame waited. */
  private async carryOut(actor: Actor, frame: CommandFrame): Promise<void> {
    try {
      if (this.connection.state.kind !== 'live') return
      const { handlers } = this.ports
      const begun = beginsAtOnce(frame)
        ? begin(handlers, actor, frame, this.connection)
        : this.payer.run(actor.sessionId, async () => begin(handlers, actor, frame, this.connection))
      // What is there at once is answered in this turn.
      reply(this.connection, frame, begun instanceof Promise ? await begun : begun)
    } catch (error) {
      const code = this.failWith(error, frame.type, frame.ref)
      if (isClosing(code)) this.connection.end(code)
    }
  }

  private settle(): void {
    this.inFlight -= 1
    this.pump()
  }

  private refuseInvalid(code: ErrorCode, ref: number | undefined, detail: string): void {
    this.invalid += 1
    this.fail(code, ref, detail)
    if (this.invalid > maxInvalid) this.connection.end('bad_frame')
  }

  private failWith(error: unknown, type: ClientFrameType, ref: number | undefined): ErrorCode {
    if (error instanceof AppError) {
      this.fail(error.code, ref, error.message)
      return error.code
    }
    this.ports.log.error({ err: error, layer: 'ws', frame: type }, 'a frame was not carried out')
    this.fail('internal', ref)
    return 'internal'
  }

  private fail(code: ErrorCode, ref: number | undefined, detail = errorRow(code).title): void {
    const { retryable } = errorRow(code)
    this.connection.answer(answerText('error', ref, { code, detail, retryable }))
  }

  private endDeadline(): void {
    if (this.deadline !== null) clearTimeout(this.deadline)
    this.deadline = null
  }

  private read(wanted: 'on' | 'paused'): void {
    if (this.reading === wanted) return
    this.reading = wanted
    if (wanted === 'on') this.intake.resume()
    else this.intake.pause()
  }
}

const isClosing = (code: ErrorCode): code is ClosingCode => closingCodes.some((closing) => closing === code)

/** How a socket ends whose `hello` failed. */
function closingCodeFor(code: ErrorCode): ClosingCode {
  if (isClosing(code)) return code
  return code === 'rate_limited' ? 'too_fast' : 'draining'
}

const frameCost = (frame: ClientFrame): number => {
  const { cost } = clientFrames[frame.type]
  return baseCost(cost) + sizeCost(cost, frame)
}

function costOf(decoded: ReturnType<FrameDecoder>, bytes: number): number {
  const cost = decoded.kind === 'frame' ? frameCost(decoded.frame) : invalidCost
  return bytes < bytesPerUnit ? cost : cost + bytes / bytesPerUnit
}

/** Keeps work on the same thing in order while everything else runs side by side. */
class KeyedMutex {
  /** Only while something is under way: most sockets are idle. */
  private ends: Map<string, Promise<void>> | null = null

  /**
   * Starts the work at once if nothing is under way with its key, else when the work before it has settled. Without a key it
   * starts at once. The work must not reject.
   */
  async run(key: string | null, work: () => Promise<void>): Promise<void> {
    if (key === null) return work()
    this.ends ??= new Map()
    const before = this.ends.get(key)
    const end = before === undefined ? work() : before.then(work)
    this.ends.set(key, end)
    await end
    if (this.ends?.get(key) === end) this.ends.delete(key)
    if (this.ends?.size === 0) this.ends = null
  }
}
