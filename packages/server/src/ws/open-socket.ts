// One socket from its handshake to its end: what the library tells of it goes to its connection and its session, and what they
// decide goes to the library. Objects with methods, because there are as many of them as there are sockets: listeners of its own would
// take a quarter of what an idle socket holds.
import type { Duplex } from 'node:stream'
import type { Id } from '@parley/protocol'
import { type RawData, WebSocket } from 'ws'
import type { Payer } from '../core/payers.ts'
import type { Log } from '../core/ports.ts'
import type { ClosingCode, Connection, Door } from '../realtime/connection.ts'
import type { Beat, Peer } from '../realtime/heartbeat.ts'
import type { Realtime } from '../realtime/realtime.ts'
import type { Session, SocketPlan } from './socket-protocol.ts'

export interface OpenSocketPorts {
  readonly realtime: Pick<Realtime, 'hub' | 'heartbeat'>
  readonly log: Log
  /** Called once, when the socket is gone. */
  onGone(socket: OpenSocket, code: number): void
}

export class OpenSocket implements Door, Peer, SocketOwner {
  readonly connection: Connection
  private readonly ports: OpenSocketPorts
  private readonly webSocket: GatewaySocket
  readonly sink: Duplex
  private readonly plan: SocketPlan
  private readonly session: Session
  private readonly beat: Beat
  private state: 'corked' | 'flowing' = 'corked'

  /** `sink` is corked: the peer sees the socket open when its session has opened, or ended it. */
  constructor(
    ports: OpenSocketPorts,
    webSocket: GatewaySocket,
    sink: Duplex,
    plan: SocketPlan,
    visitor: Payer,
  ) {
    this.ports = ports
    this.webSocket = webSocket
    this.sink = sink
    this.plan = plan
    const { codec, hears } = plan
    const { hub, heartbeat } = ports.realtime
    this.connection = hub.open({ sink, codec, door: this, ...(hears === undefined ? {} : { hears }) })
    this.session = plan.begin(this.connection, webSocket, visitor)
    this.beat = heartbeat.add(this)
    webSocket.belongTo(this)
    if (this.session.opened === undefined) this.uncork()
    else void this.session.opened.then(() => this.uncork())
  }

  get paused(): boolean {
    return this.session.paused
  }

  close(code: number, reason: string): void {
    this.session.stop()
    this.webSocket.close(this.plan.closeCode?.(code) ?? code, reason)
    this.uncork()
  }

  terminate(): void {
    this.webSocket.terminate()
  }

  left(chatId: Id): void {
    this.session.left?.(chatId)
  }

  ping(): void {
    this.webSocket.ping()
  }

  silent(): void {
    this.connection.lose('silent')
  }

  onMessage(data: RawData, isBinary: boolean): void {
    this.beat.heard()
    if (Buffer.isBuffer(data)) this.session.receive(data, isBinary)
  }

  onPing(): void {
    this.beat.heard()
    this.session.receivePing()
  }

  onPong(): void {
    this.beat.heard()
  }

  onError(error: Error): void {
    this.ports.log.debug({ err: error, layer: 'ws' }, 'a socket failed')
  }

  onFault(code: ClosingCode): void {
    this.connection.end(code)
  }

  onClosing(): void {
    this.connection.lose('closed')
  }

  onClose(code: number): void {
    this.connection.lose('closed')
    this.session.stop()
    this.beat.remove()
    this.ports.onGone(this, code)
  }

  private uncork(): void {
    if (this.state === 'flowing') return
    this.state = 'flowing'
    this.sink.uncork()
  }
}

/** Whom a socket tells what happens to it. */
interface SocketOwner {
  onMessage(data: RawData, isBinary: boolean): void
  /** The library has answered it. */
  onPing(): void
  onPong(): void
  onError(error: Error): void
  /** Expected to call `close` with a code and a reason for this fault in the peer's frames. */
  onFault(code: ClosingCode): void
  /** Right before a close frame is written: no frame may follow it. */
  onClosing(): void
  onClose(code: number): void
}

/** What the library closes with (RFC 6455 §7.4.1) → what that is here. */
const faults: ReadonlyMap<number, ClosingCode> = new Map([
  [1002, 'bad_frame'],
  [1007, 'bad_frame'],
  [1008, 'frame_too_large'],
  [1009, 'frame_too_large'],
])

/** A WebSocket of the library that ends with the close codes of this protocol, also when the library itself finds the fault. */
export class GatewaySocket extends WebSocket {
  private owner: SocketOwner | null = null

  /** To be called once. */
  belongTo(owner: SocketOwner): void {
    this.owner = owner
    this.on('message', tellMessage)
    this.on('ping', tellPing)
    this.on('pong', tellPong)
    this.on('error', tellError)
    this.on('close', tellClose)
  }

  /** Null for a socket of another kind. */
  static ownerOf(socket: WebSocket): SocketOwner | null {
    return socket instanceof GatewaySocket ? socket.owner : null
  }

  /** The library passes a code without a reason only for a fault; it echoes the peer's close with both or neither. */
  override close(code?: number, reason?: string | Buffer): void {
    const fault = code === undefined || reason !== undefined ? undefined : faults.get(code)
    if (fault !== undefined && this.owner !== null && this.readyState === WebSocket.OPEN) {
      this.owner.onFault(fault)
      return
    }
    this.owner?.onClosing()
    super.close(code, reason)
  }
}

function tellMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  GatewaySocket.ownerOf(this)?.onMessage(data, isBinary)
}
function tellPing(this: WebSocket): void {
  GatewaySocket.ownerOf(this)?.onPing()
}
function tellPong(this: WebSocket): void {
  GatewaySocket.ownerOf(this)?.onPong()
}
function tellError(this: WebSocket, error: Error): void {
  GatewaySocket.ownerOf(this)?.onError(error)
}
function tellClose(this: WebSocket, code: number): void {
  GatewaySocket.ownerOf(this)?.onClose(code)
}
