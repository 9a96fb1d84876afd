// A client of the program behind the document, for the tests: it makes the calls that the program's source has, and no others.
import { SocketClient } from '../../kit/test/socket-client.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: whatever the contract's JSON is; what it must be is asserted.
  readonly body: any
}

export interface ProgramPerson {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly token: string
}

export const password = 'password123'

export class ProgramClient {
  readonly base: string

  constructor(base: string) {
    this.base = base
  }

  /** `body` is sent as JSON, or as the form that it is. */
  async call(method: string, path: string, token?: string, body?: object): Promise<Answer> {
    const isForm = body instanceof FormData || body instanceof URLSearchParams
    const response = await fetch(this.base + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }

  register(fields: object): Promise<Answer> {
    return this.call('POST', '/api/auth/register', undefined, fields)
  }

  /** As the program wants it: everything in the query, and no body. */
  login(email: string, secret: string): Promise<Answer> {
    return this.call('POST', `/api/auth/login?${new URLSearchParams({ email, password: secret })}`)
  }

  /** Somebody new, with the token that the registration answers with. */
  async arrive(name: string): Promise<ProgramPerson> {
    const email = `${name.toLowerCase()}@example.com`
    const { status, body } = await this.register({ email, name, password })
    if (status !== 200) throw new Error(`${name} was not registered: ${status}`)
    return { id: body.id, email, name, token: body.access_token }
  }

  async chat(one: ProgramPerson, other: ProgramPerson): Promise<number> {
    return (await this.call('POST', '/api/chats', one.token, { user2_id: other.id })).body.id
  }

  say(person: ProgramPerson, chat: number, text: string): Promise<Answer> {
    return this.call('POST', `/api/chats/${chat}/messages`, person.token, { text })
  }

  messages(person: ProgramPerson, chat: number, search = ''): Promise<Answer> {
    return this.call('GET', `/api/chats/${chat}/messages${search}`, person.token)
  }

  attach(person: ProgramPerson, message: number, file: File): Promise<Answer> {
    const form = new FormData()
    form.append('file', file)
    return this.call('POST', `/api/messages/${message}/files`, person.token, form)
  }

  /** At the program's address, with the token that is wanted here. */
  socket({ id }: { readonly id: number | string }, token: string | null): SocketClient {
    return new SocketClient(`${this.base}/ws/${id}${token === null ? '' : `?token=${token}`}`)
  }

  /** The person's socket, told of the chats from now on. */
  async listen(person: ProgramPerson, ...chats: number[]): Promise<SocketClient> {
    const socket = this.socket(person, person.token)
    for (const chat_id of chats) {
      await socket.send({ type: 'join_chat', chat_id })
      await socket.next({ type: 'joined', chat_id })
    }
    return socket
  }
}
