// One socket from its handshake to its end: what the library tells of it goes to its connection and its session, and what they
// decide goes to the library. One object with methods, because there are as many of it as there are sockets.
import type { Duplex } from 'node:stream'
import type { Id } from '@parley/protocol'
import type { RawData } from 'ws'
import type { Log } from '../core/ports.ts'
import type { ClosingCode, Connection, Door } from '../realtime/connection.ts'
import type { Beat, Peer } from '../realtime/heartbeat.ts'
import type { Realtime } from '../realtime/realtime.ts'
import type { Session, SocketPlan } from './gateway.ts'
import type { GatewaySocket, SocketOwner } from './gateway-socket.ts'

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
  private readonly sink: Duplex
  private readonly plan: SocketPlan
  private readonly session: Session
  private readonly beat: Beat
  private state: 'corked' | 'flowing' = 'corked'

  /** `sink` is corked: the peer sees the socket open when its session has opened, or ended it. */
  constructor(ports: OpenSocketPorts, webSocket: GatewaySocket, sink: Duplex, plan: SocketPlan) {
    this.ports = ports
    this.webSocket = webSocket
    this.sink = sink
    this.plan = plan
    const { codec, hears } = plan
    const { hub, heartbeat } = ports.realtime
    this.connection = hub.open({ sink, codec, door: this, ...(hears === undefined ? {} : { hears }) })
    this.session = plan.begin(this.connection, webSocket)
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
