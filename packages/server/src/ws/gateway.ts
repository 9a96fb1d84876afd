// The door for WebSockets: handshake, the life of each socket, and the end of all of them. What the frames mean is a protocol's.
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { limits } from '@parley/protocol'
import { WebSocketServer } from 'ws'
import { AppError } from '../core/errors.ts'
import { charge, lateMs, type Payer, type Payers } from '../core/payers.ts'
import type { IdSource, Log } from '../core/ports.ts'
import type { RealtimeMetrics } from '../realtime/hub.ts'
import type { Realtime } from '../realtime/realtime.ts'
import { endWithProblem, problemOf } from '../wire/problem.ts'
import { requireHost } from '../wire/request-head.ts'
import { GatewaySocket, OpenSocket, type OpenSocketPorts } from './open-socket.ts'
import type { SocketProtocol } from './socket-protocol.ts'

export interface GatewayPorts {
  readonly realtime: Pick<Realtime, 'hub' | 'heartbeat'>
  readonly ids: IdSource
  readonly log: Log
  readonly metrics?: RealtimeMetrics
  readonly payers: Pick<Payers, 'address'>
  /** Of the client who asks for a handshake, as far as addresses pay. */
  readonly addressOf: (request: IncomingMessage) => string
  /** How long `stop` waits for the peers before it ends their sockets, and any peer may take to answer a close frame. */
  readonly closeMs?: number
}

export interface Gateway {
  /** Takes the server's handshakes for these protocols; paths of none of them are answered with 404. */
  attach(server: Server, protocols: readonly SocketProtocol[]): void
  /** Whether it is known whose socket it is. */
  isSomebodys(socket: Duplex): boolean
  /** Sockets that are open. */
  readonly size: number
  /** Refuses new sockets, tells all others to come back later, and resolves when they are gone. */
  stop(): Promise<void>
}

const defaultCloseMs = 5_000

/** A handshake that is not done by then is given up. In a crowd of one address it waits its turn. */
const shakeMs = 30_000

/** What a handshake costs the address. */
const handshakeCost = 2

/** Throws `rate_limited`, late: whoever is refused comes again at once. */
async function letCome(visitor: Payer): Promise<void> {
  try {
    charge(visitor, handshakeCost)
  } catch (error) {
    await pause(lateMs)
    throw error
  }
  await visitor.turn(handshakeCost)
}

function createWebSockets(closeMs: number) {
  // Not written in place: `closeTimeout` is an option of the library that its types do not name.
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    skipUTF8Validation: false,
    maxPayload: limits.frameBytes,
    closeTimeout: closeMs,
    // None of the subprotocols that a client may name is spoken here (RFC 6455 §4.2.2).
    handleProtocols: () => false as const,
    WebSocket: GatewaySocket,
  }
  return new WebSocketServer<typeof GatewaySocket>(options)
}

export function createGateway(ports: GatewayPorts): Gateway {
  return new SocketGateway(ports)
}

class SocketGateway implements Gateway {
  private readonly ports: GatewayPorts
  private readonly closeMs: number
  private readonly webSockets: ReturnType<typeof createWebSockets>
  private readonly sockets = new Map<Duplex, OpenSocket>()
  private readonly ofSockets: OpenSocketPorts
  private state: 'open' | 'draining' = 'open'
  private onEmpty: (() => void) | null = null

  constructor(ports: GatewayPorts) {
    this.ports = ports
    this.closeMs = ports.closeMs ?? defaultCloseMs
    this.webSockets = createWebSockets(this.closeMs)
    const { realtime, log } = ports
    this.ofSockets = { realtime, log, onGone: (socket, code) => this.forget(socket, code) }
  }

  isSomebodys(socket: Duplex): boolean {
    const open = this.sockets.get(socket)
    return open !== undefined && open.connection.actor !== null
  }

  get size(): number {
    return this.sockets.size
  }

  attach(server: Server, protocols: readonly SocketProtocol[]): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const path = (request.url ?? '').split('?', 1)[0] ?? ''
      const protocol = protocols.find((candidate) => candidate.accepts(path))
      if (protocol === undefined) this.refuse(socket, new AppError('not_found'))
      else void this.shake(protocol, request, socket, head)
    })
  }

  async stop(): Promise<void> {
    this.state = 'draining'
    for (const { connection } of [...this.sockets.values()]) connection.end('draining')
    if (this.sockets.size > 0) {
      const impatience = setTimeout(() => {
        for (const socket of [...this.sockets.values()]) socket.terminate()
      }, this.closeMs)
      await new Promise<void>((resolve) => {
        this.onEmpty = resolve
      })
      clearTimeout(impatience)
    }
  }

  private async shake(
    protocol: SocketProtocol,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<void> {
    const giveUp = setTimeout(() => socket.destroy(), shakeMs)
    const onError = (): void => void socket.destroy()
    socket.on('error', onError)
    try {
      this.requireOpen()
      requireHost(request)
      const visitor = this.ports.payers.address(this.ports.addressOf(request))
      await letCome(visitor)
      const plan = await protocol.prepare(request)
      this.requireOpen()
      if (socket.destroyed) return
      socket.cork()
      this.webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        this.sockets.set(socket, new OpenSocket(this.ofSockets, webSocket, socket, plan, visitor))
        this.ports.metrics?.socketOpened()
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

  /** Answers a handshake as HTTP does, and ends the socket. */
  private refuse(socket: Duplex, thrown: unknown): void {
    const error = thrown instanceof AppError ? thrown : new AppError('internal')
    if (error !== thrown) this.ports.log.error({ err: thrown, layer: 'ws' }, 'a handshake failed')
    socket.on('error', () => socket.destroy())
    socket.once('finish', () => socket.destroy())
    endWithProblem(socket, problemOf(error, this.ports.ids.next()))
  }

  private forget(socket: OpenSocket, code: number): void {
    this.sockets.delete(socket.sink)
    this.ports.metrics?.socketClosed(code)
    if (this.sockets.size === 0) this.onEmpty?.()
  }
}
