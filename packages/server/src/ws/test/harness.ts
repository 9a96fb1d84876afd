// A gateway on a real port with the real realtime part, and handlers and storage in memory; and a client that remembers.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Id, ReadyFrame } from '@parley/protocol'
import { type ClientOptions, WebSocket } from 'ws'
import { sampleMe } from '../../../../protocol/test/samples.ts'
import { createLocalBus } from '../../bus/local.ts'
import type { Actor } from '../../core/actor.ts'
import { AppError } from '../../core/errors.ts'
import type { Envelope } from '../../core/events.ts'
import { freePayers } from '../../core/payers.ts'
import { createRealtime, type RealtimePorts } from '../../realtime/realtime.ts'
import { actorOf, idOf, messageOf, quietLog } from '../../realtime/test/fakes.ts'
import { type CanonicalPorts, canonicalProtocol, type UpgradeAuth } from '../canonical.ts'
import { type FrameHandlers, watchPresence } from '../frames.ts'
import { createGateway, type GatewayPorts } from '../gateway.ts'
import type { SocketProtocol } from '../socket-protocol.ts'

export const chat = 10

export interface Options {
  readonly handlers?: Partial<FrameHandlers>
  readonly gateway?: Partial<CanonicalPorts & GatewayPorts>
  readonly realtime?: Partial<RealtimePorts>
  readonly otherProtocols?: readonly SocketProtocol[]
}

/** Tokens are user numbers. Everyone is in one chat. */
export async function startGateway(options: Options = {}) {
  const bus = createLocalBus({ log: quietLog })
  const seen = new Map<Id, Date>()
  const lines: { data: object; message: string }[] = []
  const log = { ...quietLog, error: (data: object, message: string) => void lines.push({ data, message }) }
  const closeCodes: number[] = []
  const metrics = {
    socketOpened() {},
    socketClosed: (code: number) => void closeCodes.push(code),
    frameReceived() {},
    delivered() {},
    slowConsumer() {},
  }
  const now = () => performance.now()
  const realtime = createRealtime({
    accounts: {
      noteSeen: async (userId, at) => void seen.set(userId, at),
      lastSeen: async () => seen,
    },
    chatsOf: async () => [{ chat_id: idOf(chat), chat_version: 0 }],
    bus,
    clock: { now: () => new Date() },
    log,
    watchable: async (_actor, userIds) => userIds,
    now,
    metrics,
    ...options.realtime,
  })
  let requests = 0
  const ports = {
    realtime,
    handlers: { ...quietHandlers, watch_presence: watchPresence(realtime.presence), ...options.handlers },
    identify: async (token: string) => identify(token),
    authenticateUpgrade,
    ids: {
      next: () => {
        requests += 1
        return idOf(requests)
      },
    },
    log,
    payers: freePayers,
    addressOf: () => 'the address',
    metrics,
    closeMs: 300,
    ...options.gateway,
  }
  const gateway = createGateway(ports)
  const server = createServer()
  gateway.attach(server, [canonicalProtocol(ports), ...(options.otherProtocols ?? [])])
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const clients: Client[] = []
  const connect = (path = '/api/v1/ws', clientOptions: ClientOptions = {}): Client => {
    const client = new Client(`ws://127.0.0.1:${port}${path}`, clientOptions)
    clients.push(client)
    return client
  }
  /** A client that has said hello and got its answer. */
  const enter = async (user: number): Promise<Client> => {
    const client = connect()
    await client.opened
    client.send({ type: 'hello', token: String(user) })
    await client.next('ready')
    return client
  }
  return {
    gateway,
    realtime,
    port,
    seen,
    lines,
    closeCodes,
    publish: (...envelopes: Envelope[]) => bus.publish(envelopes),
    connect,
    enter,
    async stop() {
      for (const client of clients) client.socket.terminate()
      await gateway.stop()
      await realtime.stop()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function identify(token: string): Actor {
  if (token === 'revoked') throw new AppError('session_revoked')
  if (!/^\d+$/.test(token)) throw new AppError('unauthenticated')
  return actorOf(Number(token))
}

function authenticateUpgrade({ headers }: IncomingMessage): UpgradeAuth {
  if (headers.origin === 'https://foreign.example') throw new AppError('origin_refused')
  const token = headers.authorization?.replace('Bearer ', '')
  return token === undefined ? { kind: 'none' } : { kind: 'token', accessToken: token }
}

/** What `hello` gives someone in whose chats nothing changed. */
export const stateFor = (actor: Actor): Omit<ReadyFrame, 'type' | 'ref'> => ({
  user: sampleMe({ id: actor.userId }),
  session_id: actor.sessionId,
  chats: [],
  next_cursor: null,
  messages: [],
  members: [],
  gaps: [],
  removed: [],
  users: [],
})

const quietHandlers: Omit<FrameHandlers, 'watch_presence'> = {
  hello: async (actor) => stateFor(actor),
  send_message: async (_actor, { id, text }) => ({ message: { ...messageOf(chat, 1, text), id } }),
  edit_message: async (_actor, frame) => ({
    message: { ...messageOf(chat, 1, frame.text), id: frame.message_id },
  }),
  delete_message: async (_actor, frame) => ({
    message: { ...messageOf(chat, 1), id: frame.message_id, text: null },
  }),
  read: async (_actor, { chat_id, seq }) => ({
    read: { chat_id, seq, at: '2026-01-01T00:00:00.000Z', unread_count: 0, version: 5 },
  }),
  typing: async () => ({}),
  ping: () => ({}),
}

export interface Frame {
  readonly type: string
  readonly [key: string]: unknown
}

/** Remembers every frame and how it all ended. */
export class Client {
  readonly socket: WebSocket
  readonly frames: Frame[] = []
  readonly opened: Promise<void>
  readonly closed: Promise<{ code: number; reason: string }>
  /** The answer to a refused handshake. */
  readonly refused: Promise<{ status: number; type: string; body: Frame }>
  private taken = 0
  private wake: (() => void)[] = []

  constructor(url: string, options: ClientOptions) {
    this.socket = new WebSocket(url, { perMessageDeflate: true, ...options })
    this.socket.on('error', () => {})
    this.opened = new Promise((resolve) => this.socket.once('open', resolve))
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
    this.refused = new Promise((resolve) => {
      this.socket.once('unexpected-response', (_request, response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            body: JSON.parse(text),
          }),
        )
      })
    })
    this.socket.on('message', (data) => {
      this.frames.push(JSON.parse(data.toString()))
      for (const wake of this.wake.splice(0)) wake()
    })
  }

  send(frame: object): void {
    this.socket.send(JSON.stringify(frame))
  }

  /** The next frame of the type that was not taken before; those before it are passed over. */
  async next(type: string): Promise<Frame> {
    for (;;) {
      const frame = this.frames[this.taken]
      if (frame === undefined) {
        await new Promise<void>((resolve) => this.wake.push(resolve))
        continue
      }
      this.taken += 1
      if (frame.type === type) return frame
    }
  }

  /** Sends the frame and gives the answer with its number, whatever its type. */
  async ask(frame: {
    readonly type: string
    readonly ref: number
    readonly [key: string]: unknown
  }): Promise<Frame> {
    this.send(frame)
    for (;;) {
      const answer = this.frames.find((candidate) => candidate.ref === frame.ref)
      if (answer !== undefined) return answer
      await new Promise<void>((resolve) => this.wake.push(resolve))
    }
  }
}
