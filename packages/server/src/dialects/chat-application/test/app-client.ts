// A client of the contract, for the tests: calls and sockets below any of its mounts.
import { SocketClient } from '../../kit/test/socket-client.ts'

export interface AppPerson {
  readonly id: number
  readonly username: string
  readonly email: string
  readonly token: string
}

export const password = 'password123'

export class AppClient {
  readonly base: string

  /** `http://127.0.0.1:8000/compat/chat-application` */
  constructor(base: string) {
    this.base = base
  }

  /** `body` is sent as JSON, a form as a form. */
  async call(method: string, path: string, token?: string, body?: object) {
    const isForm = body instanceof URLSearchParams
    const response = await fetch(this.base + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) }
  }

  /** By the address of the program, or that of the document: `/api/v1/users/token`. */
  logIn(username: string, secret = password, path = '/api/v1/token') {
    return this.call('POST', path, undefined, new URLSearchParams({ username, password: secret }))
  }

  /** Somebody new, registered and logged in as the program's clients do. */
  async arrive(username: string): Promise<AppPerson> {
    const email = `${username}@example.com`
    const made = await this.call('POST', '/api/v1/users/', undefined, { username, email, password })
    const login = await this.logIn(username)
    return { id: made.body.id, username, email, token: login.body.access_token }
  }

  socket({ id, token }: Pick<AppPerson, 'id' | 'token'>): SocketClient {
    return new SocketClient(`${this.base}/api/v1/ws/${id}?token=${token}`)
  }
}
