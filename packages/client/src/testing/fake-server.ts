// A server in this process that speaks the protocol over real HTTP and WebSocket, for one account, with model chats
// behind it. Tests tell it when to fail; it decides nothing else by itself.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ClientFrame, ErrorCode, Message, ServerEvent, ServerFrame } from '@parley/protocol'
import { type WebSocket, WebSocketServer } from 'ws'
import { answerRest, type FakeAccount, me, meId, type RestAnswer, sessionId } from './fake-rest.ts'
import { type ModelChat, userOf } from './model-chat.ts'

export { sessionId }

type Sent = Extract<ClientFrame, { type: 'send_message' | 'edit_message' | 'delete_message' }>
/** What becomes of a send: kept and acknowledged, kept without an answer, or refused. */
export type Fate = 'ack' | 'lose the ack' | { readonly code: ErrorCode; readonly retryable: boolean }

export class FakeServer implements FakeAccount {
  readonly chats = new Map<string, ModelChat>()
  /** Every frame received, in order, over all sockets. */
  readonly frames: ClientFrame[] = []
  /** Whom the credentials are of, as the server sees it. */
  userId = meId
  readonly files: string[] = []
  /** The `Parley-User` of every REST call; undefined where none was named. */
  readonly named: (string | undefined)[] = []
  /** Every REST call received, `METHOD path?query`. */
  readonly calls: string[] = []
  /** The token that `hello` and REST accept. */
  token = 'token 1'
  /** The refresh token that is accepted; null: the session is over. */
  refreshToken: string | null = 'refresh 1'
  /** Whether REST fails as without a network: the connection is cut before an answer. */
  isRestCut = false
  /** Chats whose changes a resume does not list. */
  readonly gaps = new Set<string>()
  /** Chats that the list of `ready` does not reach: they are only told of when asked for. */
  readonly unlisted = new Set<string>()
  fateOf: (frame: Sent) => Fate = () => 'ack'
  /** Set to spoil acknowledgements. */
  ackOf: (message: Message) => Message | undefined = (message) => message
  /** Set to answer a REST call otherwise than usual. */
  restOverride: (call: string, body: unknown) => RestAnswer | undefined = () => undefined
  readonly #http: Server
  readonly #sockets: WebSocketServer
  /** Those that were greeted. */
  readonly #ready = new Set<WebSocket>()

  private constructor() {
    this.#http = createServer((request, response) => void this.#answer(request, response))
    this.#sockets = new WebSocketServer({ server: this.#http })
    this.#sockets.on('connection', (socket) => {
      socket.on('message', (data) => this.#take(socket, JSON.parse(String(data)) as ClientFrame))
      socket.on('close', () => this.#ready.delete(socket))
    })
  }

  static async start(...chats: ModelChat[]): Promise<FakeServer> {
    const server = new FakeServer()
    for (const chat of chats) server.chats.set(chat.id, chat)
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve))
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`
  }

  get connected(): number {
    return this.#ready.size
  }

  framesOf<T extends ClientFrame['type']>(type: T): Extract<ClientFrame, { type: T }>[] {
    return this.frames.filter((frame) => frame.type === type) as Extract<ClientFrame, { type: T }>[]
  }

  /** Tells every connected socket. */
  publish(...events: (ServerEvent | undefined)[]): void {
    for (const event of events) {
      if (event !== undefined) for (const socket of this.#ready) send(socket, event)
    }
  }

  /** Closes all sockets with a code. */
  kick(code: number): void {
    for (const socket of this.#sockets.clients) socket.close(code)
  }

  /** Ends all sockets without a close frame. */
  cut(): void {
    for (const socket of this.#sockets.clients) socket.terminate()
  }

  async stop(): Promise<void> {
    this.cut()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }

  #take(socket: WebSocket, frame: ClientFrame): void {
    this.frames.push(frame)
    switch (frame.type) {
      case 'hello':
        this.#greet(socket, frame)
        return
      case 'send_message':
      case 'edit_message':
      case 'delete_message':
        this.#keep(socket, frame)
        return
      case 'read':
        this.#read(socket, frame)
        return
      case 'ping':
        send(socket, { type: 'pong' })
        return
      default:
    }
  }

  #greet(socket: WebSocket, { token, chats = {} }: Extract<ClientFrame, { type: 'hello' }>): void {
    if (token !== this.token) {
      socket.close(4401)
      return
    }
    this.#ready.add(socket)
    const isTold = (id: string) => this.chats.has(id) && !this.gaps.has(id) && !this.unlisted.has(id)
    const known = Object.entries(chats).filter(([id]) => isTold(id))
    const listed = [...this.chats.values()].filter(({ id }) => !this.unlisted.has(id))
    const changes = known.map(([id, version]) => this.chats.get(id)?.since(version))
    send(socket, {
      ...{
        type: 'ready',
        user: { ...me, id: this.userId },
        session_id: sessionId,
        next_cursor: this.unlisted.size > 0 ? 'more' : null,
        users: [userOf(meId)],
      },
      chats: listed.map((chat) => chat.view(meId)),
      messages: changes.flatMap((change) => change?.messages ?? []),
      members: changes.flatMap((change) => change?.members ?? []),
      gaps: Object.keys(chats).filter((id) => this.gaps.has(id)),
      removed: Object.keys(chats).filter((id) => !this.chats.has(id)),
    })
  }

  #keep(socket: WebSocket, frame: Sent): void {
    const fate = this.fateOf(frame)
    const ref = frame.ref === undefined ? {} : { ref: frame.ref }
    if (typeof fate === 'object') {
      send(socket, { type: 'error', ...ref, ...fate, detail: 'as the test wants it' })
      return
    }
    const id = frame.type === 'send_message' ? frame.id : frame.message_id
    const isHere = (chat: ModelChat) => chat.messages.some((message) => message.id === id)
    const chat =
      frame.type === 'send_message' ? this.chats.get(frame.chat_id) : [...this.chats.values()].find(isHere)
    if (chat === undefined) {
      send(socket, { type: 'error', ...ref, code: 'not_found', detail: '', retryable: false })
      return
    }
    const event = changeOf(chat, frame, id)
    const message = chat.messages.find((stored) => stored.id === id)
    const acknowledged = message && this.ackOf(message)
    if (fate === 'ack') send(socket, { type: 'ack', ...ref, ...(acknowledged && { message: acknowledged }) })
    if (fate === 'ack') this.publish(event)
  }

  #read(socket: WebSocket, { ref, chat_id, seq }: Extract<ClientFrame, { type: 'read' }>): void {
    const chat = this.chats.get(chat_id)
    const events = chat?.read(meId, seq, meId) ?? []
    const view = chat?.view(meId)
    if (view === undefined) return
    const { read_seq, unread_count, version } = view
    const read = { chat_id, seq: read_seq, at: '2026-01-01T00:00:00.000Z', unread_count, version }
    send(socket, { type: 'ack', ...(ref === undefined ? {} : { ref }), read })
    this.publish(...events)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = `${request.method} ${request.url?.replace('/api/v1', '')}`
    this.calls.push(call)
    this.named.push(request.headers['parley-user'] as string | undefined)
    if (this.isRestCut) {
      request.socket.destroy()
      return
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const isForm = request.headers['content-type']?.startsWith('multipart/') ?? false
    const body: unknown = isForm ? text : text === '' ? undefined : JSON.parse(text)
    const isKnown = request.headers.authorization === `Bearer ${this.token}`
    const answer = this.restOverride(call, body) ?? answerRest(this, call, body, isKnown)
    const type = answer.status < 400 ? 'application/json' : 'application/problem+json'
    response.writeHead(answer.status, { 'content-type': type })
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body))
  }
}

/** What the frame changes; undefined if that is so already. */
const changeOf = (chat: ModelChat, frame: Sent, id: string): ServerEvent | undefined => {
  const stored = chat.messages.find((message) => message.id === id)
  switch (frame.type) {
    case 'send_message':
      return stored === undefined ? chat.send(meId, frame.text ?? '', id) : undefined
    case 'edit_message':
      return stored?.text === frame.text ? undefined : chat.edit(stored?.seq ?? 0, frame.text)
    case 'delete_message':
      return chat.delete(stored?.seq ?? 0)
  }
}

const send = (socket: WebSocket, frame: ServerFrame): void => socket.send(JSON.stringify(frame))
