// A client of the contract, for the tests: calls and sockets below any of its mounts.
import { SocketClient } from '../../kit/test/socket-client.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: whatever the contract's JSON is; what it must be is asserted.
  readonly body: any
}

export interface WindiPerson {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly token: string
}

const password = 'securepassword'

export class Door {
  readonly base: string

  /** With the prefix, if one is to be used: `http://127.0.0.1:8000/compat/windi-messenger/api/v1`. */
  constructor(base: string) {
    this.base = base
  }

  /** `body` is sent as JSON, a text as it is. */
  async call(method: string, path: string, token?: string, body?: object | string): Promise<Answer> {
    const response = await fetch(this.base + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }

  async arrive(name: string): Promise<WindiPerson> {
    const email = `${name}@windi.example`
    const { body } = await this.call('POST', '/auth/register', undefined, { name, email, password })
    const login = await this.call('POST', '/auth/login', undefined, { email, password })
    return { id: body.id, name, email, token: login.body.access_token }
  }

  /** The direct chat of two people, made by the first. */
  async chat(one: WindiPerson, other: WindiPerson): Promise<string> {
    const { body } = await this.call('POST', '/chats', one.token, { user_id: other.id })
    return body.id
  }

  socket(token: string): SocketClient {
    return new SocketClient(`${this.base}/ws?token=${token}`)
  }

  /** A socket that has joined the chats. */
  async join(token: string, ...chatIds: string[]): Promise<SocketClient> {
    const socket = this.socket(token)
    for (const chat_id of chatIds) {
      await socket.send({ action: 'join_chat', chat_id })
      await socket.next({ status: 'joined', chat_id })
    }
    return socket
  }
}
