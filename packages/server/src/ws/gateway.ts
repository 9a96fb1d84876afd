// The door for WebSockets of the canonical protocol: handshake, the life of each socket, and the end of all of them.
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { limits, socketPath, timings } from '@parley/protocol'
import { WebSocketServer } from 'ws'
import { AppError } from '../core/errors.ts'
import type { IdSource } from '../core/ports.ts'
import type { Connection } from '../realtime/connection.ts'
import { canonicalCodec } from '../realtime/frame-codec.ts'
import type { Realtime } from '../realtime/realtime.ts'
import { createFrameDecoder } from './decode.ts'
import { GatewaySocket } from './gateway-socket.ts'
import { type SessionPorts, SocketSession } from './socket-session.ts'
import { refuseUpgrade, routeUpgrades, type UpgradeDoor } from './upgrades.ts'

/** What a handshake says about who comes: a token, not checked yet, or nothing. */
export type UpgradeAuth = { readonly kind: 'token'; readonly accessToken: string } | { readonly kind: 'none' }

export interface GatewayPorts extends Omit<SessionPorts, 'realtime' | 'decode'> {
  readonly realtime: Pick<Realtime, 'hub' | 'join' | 'presence' | 'heartbeat'>
  /** Throws an AppError, `origin_refused` above all, for a handshake that must not become a socket. */
  readonly authenticateUpgrade: (request: IncomingMessage) => UpgradeAuth | Promise<UpgradeAuth>
  readonly ids: IdSource
  /** How long `stop` waits for the peers before it ends their sockets, and any peer may take to answer a close frame. */
  readonly closeMs?: number
}

export interface Gateway extends UpgradeDoor {
  /** Takes the server's handshakes, together with other doors; paths of none of them are answered with 404. */
  attach(server: Server, otherDoors?: readonly UpgradeDoor[]): void
  /** Sockets that are open. */
  readonly size: number
  /** Refuses new sockets, tells all others to come back later, and resolves when they are gone. */
  stop(): Promise<void>
}

const defaultCloseMs = 5_000

function createWebSockets(closeMs: number) {
  // Not written in place: `closeTimeout` is an option of the library that its types do not name.
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    skipUTF8Validation: false,
    maxPayload: limits.frameBytes,
    closeTimeout: closeMs,
    WebSocket: GatewaySocket,
  }
  return new WebSocketServer<typeof GatewaySocket>(options)
}

export function createGateway(ports: GatewayPorts): Gateway {
  return new SocketGateway(ports)
}

class SocketGateway implements Gateway {
  private readonly ports: GatewayPorts
  private readonly sessionPorts: SessionPorts
  private readonly closeMs: number
  private readonly webSockets: ReturnType<typeof createWebSockets>
  private readonly sockets = new Map<GatewaySocket, Connection>()
  private state: 'open' | 'draining' = 'open'
  private onEmpty: (() => void) | null = null

  constructor(ports: GatewayPorts) {
    this.ports = ports
    this.closeMs = ports.closeMs ?? defaultCloseMs
    this.webSockets = createWebSockets(this.closeMs)
    this.sessionPorts = { ...ports, decode: createFrameDecoder() }
  }

  get size(): number {
    return this.sockets.size
  }

  accepts(path: string): boolean {
    return path === socketPath || path === `${socketPath}/`
  }

  open(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    void this.shake(request, socket, head)
  }

  attach(server: Server, otherDoors: readonly UpgradeDoor[] = []): void {
    routeUpgrades(server, [this, ...otherDoors], () => this.ports.ids.next())
  }

  async stop(): Promise<void> {
    this.state = 'draining'
    for (const connection of [...this.sockets.values()]) connection.end('draining')
    if (this.sockets.size > 0) {
      const impatience = setTimeout(() => {
        for (const webSocket of [...this.sockets.keys()]) webSocket.terminate()
      }, this.closeMs)
      await new Promise<void>((resolve) => {
        this.onEmpty = resolve
      })
      clearTimeout(impatience)
    }
  }

  private async shake(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const giveUp = setTimeout(() => socket.destroy(), timings.hello)
    const onError = (): void => void socket.destroy()
    socket.on('error', onError)
    try {
      this.requireOpen()
      const auth = await this.ports.authenticateUpgrade(request)
      this.requireOpen()
      if (socket.destroyed) return
      this.webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        this.welcome(webSocket, socket, auth.kind === 'token' ? auth.accessToken : null)
      })
    } catch (error) {
      this.refuse(socket, error)
    } finally {
      clearTimeout(giveUp)
      socket.off('error', onError)
    }
  }

  private requireOpen(): void {
    if (this.state === 'draining') throw new AppError('draining')
  }

  private refuse(socket: Duplex, error: unknown): void {
    if (error instanceof AppError) {
      refuseUpgrade(socket, error.code, this.ports.ids.next(), error.message)
      return
    }
    this.ports.log.error({ err: error, layer: 'ws' }, 'a handshake failed')
    refuseUpgrade(socket, 'internal', this.ports.ids.next())
  }

  private welcome(webSocket: GatewaySocket, sink: Duplex, token: string | null): void {
    const connection = this.ports.realtime.hub.open({
      sink,
      codec: canonicalCodec,
      door: {
        close: (code, reason) => {
          session.stop()
          webSocket.close(code, reason)
        },
        terminate: () => webSocket.terminate(),
      },
    })
    const session = new SocketSession(this.sessionPorts, connection, webSocket, token)
    this.sockets.set(webSocket, connection)
    this.ports.metrics?.socketOpened()
    webSocket.onFault = (code) => connection.end(code)
    webSocket.onClosing = () => connection.lose('closed')
    this.listen(webSocket, connection, session)
  }

  private listen(webSocket: GatewaySocket, connection: Connection, session: SocketSession): void {
    const beat = this.ports.realtime.heartbeat.add({
      get paused() {
        return session.paused
      },
      ping: () => webSocket.ping(),
      silent: () => connection.lose('silent'),
    })
    webSocket.on('message', (data, isBinary) => {
      beat.heard()
      if (Buffer.isBuffer(data)) session.receive(data, isBinary)
    })
    webSocket.on('ping', () => {
      beat.heard()
      session.receivePing()
    })
    webSocket.on('pong', () => beat.heard())
    webSocket.on('error', (error) => {
      this.ports.log.debug({ err: error, layer: 'ws' }, 'a socket failed')
    })
    webSocket.on('close', (code) => {
      connection.lose('closed')
      session.stop()
      beat.remove()
      this.sockets.delete(webSocket)
      this.ports.metrics?.socketClosed(code)
      if (this.sockets.size === 0) this.onEmpty?.()
    })
  }
}
