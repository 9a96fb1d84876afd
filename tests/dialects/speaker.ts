// A person who talks through one dialect, as a client written for its document would.
import { type Frame, SocketClient } from '../../packages/server/src/dialects/kit/test/socket-client.ts'
import type { TestServer } from '../../packages/server/test/harness.ts'

export const password = 'password123'

/** What a speaker does and hears in the one chat that the test is about. */
export interface Speaker {
  readonly dialect: string
  readonly userId: string
  /** Opens the socket and follows the chat. */
  join(chatId: string): Promise<void>
  say(text: string): Promise<void>
  /** Resolves when the text was heard live. */
  hears(text: string): Promise<void>
  /** Every text of the history, as the dialect shows it, the oldest first. */
  history(): Promise<string[]>
  /** Marks the message with that text, which was heard, as read. */
  reads(text: string): Promise<void>
  /** Resolves when it was told that this reader has read the message with that text; missing where a dialect does not tell. */
  hearsThatRead?(text: string, reader: Speaker): Promise<void>
  types?(): Promise<void>
  hearsTyping?(by: Speaker): Promise<void>
  /** How the dialect names the person in frames, for others of the same dialect. */
  readonly names: { readonly number: number; readonly display: string }
  close(): Promise<void>
}

/** Calls and a socket below a dialect's prefix. */
export class Line {
  readonly base: string
  readonly server: TestServer
  token = ''
  socket: SocketClient | null = null

  constructor(server: TestServer, dialect: string) {
    this.server = server
    this.base = `${server.url}/compat/${dialect}`
  }

  async call(method: string, path: string, body?: object): Promise<unknown> {
    const isForm = body instanceof URLSearchParams
    const response = await fetch(this.base + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    if (response.status >= 400) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : null
  }

  connect(path: string): SocketClient {
    this.socket = new SocketClient(`${this.base}${path}?token=${this.token}`)
    return this.socket
  }

  get live(): SocketClient {
    if (this.socket === null) throw new Error('Not connected')
    return this.socket
  }

  async close(): Promise<void> {
    await this.socket?.close()
  }

  /** What the core knows of the person, to tell frames apart. */
  async person(login: string) {
    const { accounts, people } = this.server.app.ports.storage.stores
    const account = await accounts.findByLogin(login)
    const [person] = await people.people([account?.me.id ?? ''])
    if (person === undefined) throw new Error(`There is no ${login}`)
    return person
  }

  async chatNumber(chatId: string): Promise<number> {
    const [chat] = await this.server.app.ports.storage.stores.chatFacts.byIds([chatId])
    return chat?.number ?? 0
  }
}

/** The id that a frame with that text carried, at `path`. */
export function idIn(frame: Frame, ...path: string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Frame | undefined)?.[key], frame)
}
