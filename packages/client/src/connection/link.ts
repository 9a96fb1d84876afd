// Carries out the connection's state machine: one socket at a time, its timers, `hello` and the pings. It does not know
// what the frames mean beyond `ready` and the errors that answer `hello`.
import type {
  AckFrame,
  ClientFrame,
  ErrorFrame,
  ReadyFrame,
  ServerEvent,
  ServerFrame,
} from '@parley/protocol'
import { timings } from '@parley/protocol'
import { isExpected, ParleyError } from '../errors.ts'
import { onAwake } from '../host.ts'
import { SessionOver } from '../http/auth.ts'
import type { Report } from '../report.ts'
import type { Clock, ConnectionState, Socket, SocketClass } from '../types.ts'
import { abnormalClose, closeCodeOf, invalidData } from './close-codes.ts'
import {
  begin,
  type LinkEffect,
  type LinkInput,
  type LinkState,
  type Step,
  transition,
} from './connection.ts'
import { SocketProbe } from './socket-probe.ts'
import { visible } from './visible.ts'
import { type Way, Ways } from './ways.ts'

/** Away from polling the client leaves as a server asks that stops: no failure, and soon back. */
const movedClose = 4503
/** A socket that did not open in this time is given up, in milliseconds. */
const dialPatience = 15_000
/** A socket that is asked whether it still lives and does not answer in this time is given up, in milliseconds. */
const probePatience = 5_000

export interface LinkPorts {
  readonly url: string
  /** Asked until there is an answer; undefined where there is none. */
  readonly webSocket: () => Promise<SocketClass | undefined>
  /** What stands in for a socket where none gets through. */
  readonly polling: () => Socket
  readonly clock: Clock
  readonly random: () => number
  /** Whose client it is, for `hello`; undefined while nobody knows. */
  readonly userId: () => string | undefined
  /** The token for `hello` (undefined: a cookie speaks). Rejects with `SessionOver` when there will be none. */
  readonly authorise: (fresh: boolean) => Promise<string | undefined>
  /** Waited for before `hello`, beside opening the socket; undefined for nothing. Never rejects. */
  readonly prepared: () => Promise<void> | undefined
  /** The versions for `hello`. */
  readonly resume: () => Record<string, number>
  /** Called before the state becomes `ready`, and before any event. While polling it is called again and again. */
  readonly onReady: (frame: ReadyFrame) => void
  readonly onAnswer: (frame: AckFrame | ErrorFrame) => void
  readonly onEvent: (event: ServerEvent) => void
  readonly onState: (state: ConnectionState) => void
  /** A socket that was ready is no more: its unanswered requests will not be answered. */
  readonly onLost: () => void
  /** Told of a fault that did not end the connection. */
  readonly report: Report
}

export class Link {
  readonly #ports: LinkPorts
  #state: LinkState
  #visible: ConnectionState
  readonly #inputs: LinkInput[] = []
  #stepping = false
  #webSocket: SocketClass | undefined
  readonly #ways = new Ways()
  readonly #probe: SocketProbe
  /** That of the present, or the last, socket. */
  #way: Way = 'socket'
  #socket: Socket | undefined
  #token: string | undefined
  /** Events that overtook `ready`. */
  #early: ServerEvent[] = []
  #waitTimer: unknown
  #pingTimer: unknown
  #watchdog: unknown
  #patience = dialPatience
  #heardAt = 0
  readonly #forgetAwake: () => void

  constructor(ports: LinkPorts) {
    this.#ports = ports
    this.#probe = new SocketProbe({ ...ports, onOpen: () => this.#leavePolling() })
    const step = begin()
    this.#state = step[0]
    this.#visible = visible(step[0], this.#way)
    this.#forgetAwake = onAwake(() => this.input({ type: 'online' }))
    this.#perform(step)
  }

  get state(): ConnectionState {
    return this.#visible
  }

  /** Sends a frame if the connection is ready; false if it is not. */
  send(frame: ClientFrame): boolean {
    if (this.#state.status !== 'ready') return false
    return this.#write(frame)
  }

  /** Gives the socket up as if it had been silent: something that should have been answered was not. */
  suspect(): void {
    this.#note(abnormalClose, true)
    this.input({ type: 'silent', ...this.#moment() })
  }

  /**
   * Feeds the machine. Inputs that come while a step is carried out wait for its end. What a step throws is a fault of this
   * program, or of what the application gave it: it ends the connection.
   */
  input(input: LinkInput): void {
    this.#inputs.push(input)
    if (this.#stepping) return
    this.#stepping = true
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        this.#tryTake(next)
      }
    } finally {
      this.#stepping = false
    }
  }

  #tryTake(input: LinkInput): void {
    try {
      this.#take(transition(this.#state, input))
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Whoever waits for the connection gets the error; when it is closed already nobody waits. */
  #fail(error: unknown): void {
    if (this.#state.status === 'closed') this.#ports.report(error)
    else this.input({ type: 'failed', error })
  }

  #take(step: Step): void {
    const before = this.#state
    this.#state = step[0]
    this.#perform(step)
    if (before === step[0]) return
    if (before.status === 'ready' && step[0].status !== 'ready') this.#ports.onLost()
    if (before.status === 'greeting' && step[0].status === 'ready') this.#arrived()
    if (step[0].status === 'closed') this.#forgetAwake()
    this.#visible = visible(step[0], this.#way)
    this.#ports.onState(this.#visible)
  }

  #perform([, effects]: Step): void {
    for (const effect of effects) this.#carryOut(effect)
  }

  #carryOut(effect: LinkEffect): void {
    switch (effect.type) {
      case 'authorise':
        void this.#authorise(effect.fresh)
        return
      case 'dial':
        this.#dial()
        return
      case 'hello':
        this.#watch(timings.silence)
        this.#write({
          type: 'hello',
          ...(this.#token === undefined ? {} : { token: this.#token }),
          ...this.#whose(),
          chats: this.#ports.resume(),
        })
        this.#schedulePing()
        return
      case 'hang_up':
        this.#hangUp()
        return
      case 'probe':
        this.#look()
        return
      case 'wait':
        this.#waitTimer = this.#ports.clock.setTimeout(
          () => this.input({ type: 'retry' }),
          effect.milliseconds,
        )
        return
      case 'stop_waiting':
        this.#ports.clock.clearTimeout(this.#waitTimer)
        return
    }
  }

  async #authorise(fresh: boolean): Promise<void> {
    try {
      this.#webSocket ??= await this.#ports.webSocket()
      this.#token = await this.#ports.authorise(fresh)
    } catch (error) {
      this.#refuse(error)
      return
    }
    this.input({ type: 'authorised' })
  }

  #refuse(error: unknown): void {
    if (error instanceof SessionOver) this.input({ type: 'refused', reason: error.reason })
    else if (isExpected(error)) {
      const reason = error instanceof ParleyError ? error.code : 'network'
      this.input({ type: 'authorise_failed', reason, ...this.#moment() })
    } else this.#fail(error)
  }

  #whose(): { user_id?: string } {
    const userId = this.#ports.userId()
    return userId === undefined ? {} : { user_id: userId }
  }

  #dial(): void {
    this.#way = this.#webSocket === undefined ? 'polling' : this.#ways.next
    const socket = this.#open()
    if (socket === undefined) return
    this.#socket = socket
    this.#watch(dialPatience)
    const opened = () => {
      if (this.#socket === socket) this.input({ type: 'opened' })
    }
    socket.addEventListener('open', () => {
      const prepared = this.#ports.prepared()
      if (prepared === undefined) opened()
      else void prepared.then(opened)
    })
    socket.addEventListener('message', (event) => {
      if (this.#socket === socket) this.#hear(event.data)
    })
    socket.addEventListener('close', (event) => {
      if (this.#socket === socket) this.#lose(event.code)
    })
    // A failure to connect is told by `close` too; without a listener some hosts report it as unhandled.
    socket.addEventListener('error', () => undefined)
  }

  #open(): Socket | undefined {
    if (this.#way === 'polling' || this.#webSocket === undefined) return this.#ports.polling()
    try {
      return new this.#webSocket(this.#ports.url)
    } catch (error) {
      // A page that may open none: as if it did not get through.
      if (!(error instanceof Error) || error.name !== 'SecurityError') throw error
      this.#lose(abnormalClose)
      return undefined
    }
  }

  #arrived(): void {
    this.#ways.greeted(this.#way)
    if (this.#way === 'socket') this.#probe.reset()
    else if (this.#webSocket !== undefined) this.#probe.start(this.#webSocket)
  }

  #leavePolling(): void {
    this.#ways.opened()
    this.#lose(movedClose)
  }

  #hear(data: unknown): void {
    this.#heardAt = this.#ports.clock.now()
    if (this.#patience === probePatience) this.#patience = timings.silence
    const frame = parse(data)
    if (frame === undefined) {
      this.#lose(invalidData)
      return
    }
    try {
      if (this.#state.status === 'greeting') this.#greet(frame)
      else this.#deliver(frame)
    } catch (error) {
      // Without `ready` there is nothing to go on with; a single event is fetched as any that was missed.
      if (this.#state.status === 'greeting') this.#fail(error)
      else this.#ports.report(error)
    }
  }

  #greet(frame: ServerFrame): void {
    switch (frame.type) {
      case 'ready': {
        this.#ports.onReady(frame)
        const early = this.#early
        this.#early = []
        for (const event of early) this.#ports.onEvent(event)
        this.input({ type: 'greeted', at: this.#ports.clock.now() })
        return
      }
      case 'error':
        this.#lose(closeCodeOf(frame.code))
        return
      case 'ack':
      case 'pong':
        return
      default:
        this.#early.push(frame)
    }
  }

  #deliver(frame: ServerFrame): void {
    switch (frame.type) {
      case 'ready':
        this.#ports.onReady(frame)
        return
      case 'pong':
        return
      case 'ack':
      case 'error':
        this.#ports.onAnswer(frame)
        return
      default:
        this.#ports.onEvent(frame)
    }
  }

  #write(frame: ClientFrame): boolean {
    if (this.#socket === undefined || this.#socket.readyState !== 1) return false
    this.#socket.send(JSON.stringify(frame))
    return true
  }

  #lose(code: number): void {
    this.#note(code, false)
    this.input({ type: 'lost', code, ...this.#moment() })
  }

  /** A socket that was never greeted says something of its way. */
  #note(code: number, isSilent: boolean): void {
    const { status } = this.#state
    if (status === 'connecting' || status === 'greeting') this.#ways.failed(this.#way, code, isSilent)
  }

  #hangUp(): void {
    const socket = this.#socket
    this.#socket = undefined
    this.#early = []
    this.#ports.clock.clearTimeout(this.#watchdog)
    this.#ports.clock.clearTimeout(this.#pingTimer)
    this.#probe.stop()
    socket?.close(1000)
  }

  #schedulePing(): void {
    this.#pingTimer = this.#ports.clock.setTimeout(() => {
      this.#write({ type: 'ping' })
      this.#schedulePing()
    }, timings.ping)
  }

  /** From now on the socket is given up when nothing is heard of it for so many milliseconds. */
  #watch(patience: number): void {
    this.#patience = patience
    this.#heardAt = this.#ports.clock.now()
    this.#ports.clock.clearTimeout(this.#watchdog)
    this.#armWatchdog(patience)
  }

  /** Finds out at once whether the socket still lives. */
  #look(): void {
    this.#watch(probePatience)
    this.#write({ type: 'ping' })
  }

  #armWatchdog(milliseconds: number): void {
    this.#watchdog = this.#ports.clock.setTimeout(() => {
      const since = this.#ports.clock.now() - this.#heardAt
      const left = this.#patience - since
      // A clock that was set back says nothing of how long ago that was.
      if (since < 0) this.#look()
      else if (left <= 0) this.suspect()
      else this.#armWatchdog(left)
    }, milliseconds)
  }

  #moment(): { at: number; random: number } {
    return { at: this.#ports.clock.now(), random: this.#ports.random() }
  }
}

/** The server's frames are trusted to fit the protocol; only what is no JSON object at all is refused. */
const parse = (data: unknown): ServerFrame | undefined => {
  if (typeof data !== 'string') return undefined
  try {
    const value: unknown = JSON.parse(data)
    return typeof value === 'object' && value !== null && 'type' in value ? (value as ServerFrame) : undefined
  } catch {
    return undefined
  }
}
