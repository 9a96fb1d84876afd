// The document of Messenger API as tests use it, and a client that makes its calls.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SocketClient } from '../../kit/test/socket-client.ts'

const document = readFileSync(join(import.meta.dirname, '../document.md'), 'utf8')

/** `POST /api/v1/users` … as the document lists them. */
export const listedCalls = [...document.matchAll(/^- `([A-Z]+ \/\S+)`/gm)].map((match) => match[1] ?? '')
/** The path of the socket, and the frames, as the document writes them. */
export const socketPath = /`ws:\/\/localhost:8080(\S+)`/.exec(document)?.[1] ?? ''
export const [messageFrame = '', readFrame = ''] = [...document.matchAll(/`(\{"type".*\})`/g)].map(
  (match) => match[1],
)

interface CallParts {
  /** For the braces of the line, in their order. */
  readonly values?: readonly (string | number)[]
  readonly token?: string
  /** As JSON; a text as it is. */
  readonly body?: object | string
  /** With its question mark. */
  readonly query?: string
}

export class ContractClient {
  /** Lines of the document that were called. */
  readonly walked = new Set<string>()
  private readonly base: string

  constructor(base: string) {
    this.base = base
  }

  /** Makes the call of a line like those of the document. */
  async call(line: string, { values = [], token, body, query = '' }: CallParts = {}) {
    this.walked.add(line)
    const [method = '', template = ''] = line.split(' ')
    const rest = [...values]
    const path = template.replaceAll(/\{\w+\}/g, () => String(rest.shift()))
    const response = await fetch(this.base + path + query, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) }
  }

  /** The socket of a chat, at the address of the document. */
  connect(chat: number | string, token: string): SocketClient {
    return new SocketClient(
      this.base + socketPath.replace('{chat_id}', String(chat)).replace('access_token', token),
    )
  }

  /** Somebody new, with their tokens. */
  async signUp(username: string) {
    const account = { email: `${username}@example.com`, username, password: 'password123' }
    const { body: user } = await this.call('POST /api/v1/users', { body: account })
    const { body: tokens } = await this.call('POST /api/v1/users/login', { body: account })
    return {
      id: user.id as number,
      token: tokens.access_token as string,
      refreshToken: tokens.refresh_token as string,
      account,
    }
  }
}
