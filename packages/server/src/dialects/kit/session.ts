// One socket of a dialect from its handshake to its end: who it is, how fast it may speak, one frame after the other.
import { setTimeout as pause } from 'node:timers/promises'
import type { Id } from '@parley/protocol'
import type { Actor } from '../../core/actor.ts'
import { AppError } from '../../core/errors.ts'
import { charge, lateMs, type Payer, type Payers } from '../../core/payers.ts'
import type { Log } from '../../core/ports.ts'
import { cutToBytes } from '../../core/text/cut-text.ts'
import type { Connection } from '../../realtime/connection.ts'
import type { Realtime } from '../../realtime/realtime.ts'
import { decodeJson } from '../../wire/json.ts'
import type { Intake, Session } from '../../ws/socket-protocol.ts'
import { carryOut } from './carry-out.ts'
import type { DialectContext } from './context.ts'
import { commandCost, entryCost, frameCost } from './costs.ts'
import type { ErrorMap } from './errors.ts'
import { faultText, isRefusal } from './errors.ts'
import type { JoinedChats } from './joined.ts'
import type { DialectSocket, Frames, Listener } from './socket.ts'

export interface DialectSessionPorts {
  readonly context: DialectContext
  readonly realtime: Pick<Realtime, 'join'>
  readonly payers: Pick<Payers, 'person'>
  readonly log: Log
  readonly errors: readonly ErrorMap[]
  readonly joined: JoinedChats
}

/** Whose socket it is and what it is about; `listener` is there once that was found out. */
export interface SocketState {
  listener: (Listener<unknown> & { readonly joined: Set<Id> }) | null
}

/** Bytes that a closing frame has for its reason (RFC 6455 §5.5). */
const maxReason = 123

/** Frames that wait while one is carried out; beyond it the socket is not read. */
const maxWaiting = 64
/** A client that could not be let in by then is told to come back. */
const joinMs = 30_000

export class DialectSession implements Session {
  private readonly ports: DialectSessionPorts
  private readonly socket: DialectSocket
  private readonly state: SocketState
  private readonly connection: Connection
  private readonly intake: Intake
  /** The address until it is known who it is. */
  private payer: Payer
  private readonly waiting: Buffer[] = []
  private working = false
  private reading: 'on' | 'paused' = 'on'
  private stopped = false
  /** These contracts have no frame that says so: a client whose socket is open may rely on hearing everything. */
  opened: Promise<void> = Promise.resolve()

  constructor(
    ports: DialectSessionPorts,
    socket: DialectSocket,
    state: SocketState,
    connection: Connection,
    intake: Intake,
    visitor: Payer,
  ) {
    this.ports = ports
    this.socket = socket
    this.state = state
    this.connection = connection
    this.intake = intake
    this.payer = visitor
  }

  get paused(): boolean {
    return this.reading === 'paused'
  }

  /** Lets the client in, or closes. */
  begin(authenticate: () => Promise<Actor>, readParams: () => Record<string, unknown>): void {
    this.opened = this.letIn(authenticate, readParams)
  }

  /** Does not reject. */
  private async letIn(
    authenticate: () => Promise<Actor>,
    readParams: () => Record<string, unknown>,
  ): Promise<void> {
    const { connection, ports, socket } = this
    const deadline = setTimeout(() => connection.end('draining', 'unavailable'), joinMs).unref()
    try {
      const actor = await authenticate()
      this.payer = ports.payers.person(actor.userId)
      charge(this.payer, entryCost)
      const params = readParams()
      const place = await socket.admit(ports.context, actor, params)
      if (this.stopped) return
      this.state.listener = { actor, place, joined: ports.joined.enter(actor.userId) }
      await ports.realtime.join(connection, actor, async () => {
        // Again, now that nothing can be missed: the membership may have ended since.
        await socket.admit(ports.context, actor, params)
        const greeting = await socket.greet?.(ports.context, actor, place)
        return greeting === undefined ? null : JSON.stringify(greeting)
      })
      this.pump()
    } catch (error) {
      if (error instanceof AppError && error.code === 'rate_limited') await pause(lateMs)
      this.refuse(error)
    } finally {
      clearTimeout(deadline)
    }
  }

  receive(data: Buffer, isBinary: boolean): void {
    if (this.connection.state.kind === 'closed') return
    const taken = this.payer.take(frameCost)
    if (taken === 'exhausted') {
      this.connection.end('too_fast')
      return
    }
    if (taken === 'refused') this.fault(new AppError('too_fast'))
    else if (isBinary) this.fault(new AppError('bad_frame'))
    else this.waiting.push(data)
    this.pump()
  }

  receivePing(): void {
    if (this.payer.take(frameCost) === 'exhausted') this.connection.end('too_fast')
  }

  stop(): void {
    const { listener } = this.state
    if (!this.stopped && listener !== null) this.ports.joined.leave(listener.actor.userId)
    this.stopped = true
    this.waiting.length = 0
    this.read('on')
  }

  left(chatId: Id): void {
    const { listener } = this.state
    listener?.joined.delete(chatId)
    if (listener !== null && this.socket.chatOf?.(listener.place) === chatId) {
      // What told so is written first.
      queueMicrotask(() => this.connection.end('unauthenticated', 'left'))
    }
  }

  private pump(): void {
    this.read(this.waiting.length > maxWaiting ? 'paused' : 'on')
    if (this.working || this.connection.state.kind !== 'live') return
    const data = this.waiting.shift()
    if (data === undefined) return
    this.working = true
    void this.handle(data).finally(() => {
      this.working = false
      this.pump()
    })
  }

  /** Does not reject. */
  private async handle(data: Buffer): Promise<void> {
    const { listener } = this.state
    if (listener === null) return
    try {
      const command = this.socket.command(decodeJson(data), listener)
      charge(this.payer, commandCost(command))
      const work = () => carryOut(this.ports.context, listener.actor, listener.joined, command, this.payer)
      // Sends reach the message writer in this turn.
      this.answer(await (command.do === 'send' ? work() : this.payer.run(listener.actor.sessionId, work)))
    } catch (error) {
      this.fault(error)
    }
  }

  private answer(frames: Frames): void {
    if (frames === null) return
    for (const frame of [frames].flat()) this.connection.answer(JSON.stringify(frame))
  }

  private fault(error: unknown): void {
    const known = isRefusal(error) ? error : new AppError('internal', {}, { cause: error })
    if (known !== error) this.ports.log.error({ err: error }, 'a frame of a dialect was not carried out')
    this.answer(this.socket.fault(faultText(known, this.ports.errors)))
  }

  private refuse(error: unknown): void {
    if (!isRefusal(error)) {
      this.ports.log.error({ err: error }, 'a socket of a dialect was not let in')
      this.connection.end('draining', 'internal')
    } else if (error instanceof AppError && ['rate_limited', 'unavailable'].includes(error.code)) {
      this.connection.end('draining', error.code)
    } else {
      this.connection.end('unauthenticated', cutToBytes(faultText(error, this.ports.errors), maxReason))
    }
  }

  private read(wanted: 'on' | 'paused'): void {
    if (this.reading === wanted) return
    this.reading = wanted
    if (wanted === 'on') this.intake.resume()
    else this.intake.pause()
  }
}
