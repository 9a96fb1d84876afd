// Someone at an address of the loopback: calls and sockets that come from there, so that every address has its own budget.
import { Agent, request } from 'node:http'
import { WebSocket } from 'ws'

export interface Answer {
  readonly status: number
  readonly text: string
}

export interface Call {
  readonly method?: string
  readonly path: string
  readonly token?: string | undefined
  /** Sent as JSON, or as it is when it is bytes. */
  readonly body?: unknown
  readonly type?: string
}

export interface Account {
  readonly id: string
  readonly username: string
  readonly token: string
}

const password = 'correct horse battery'

export class Visitor {
  readonly url: string
  readonly address: string
  readonly #agent: Agent
  /** What the last login gave: it makes this device known at the next one. */
  #deviceToken: string | undefined

  constructor(url: string, address: string) {
    this.url = url
    this.address = address
    this.#agent = new Agent({ keepAlive: true, localAddress: address, maxSockets: 256 })
  }

  /** Rejects when there is no answer. */
  call({ method = 'GET', path, token, body, type = 'application/json' }: Call): Promise<Answer> {
    const bytes =
      body instanceof Uint8Array ? body : body === undefined ? null : Buffer.from(JSON.stringify(body))
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, this.url), {
        method,
        agent: this.#agent,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(bytes === null ? {} : { 'content-type': type, 'content-length': bytes.byteLength }),
        },
      })
      outgoing.on('error', reject)
      outgoing.on('response', (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('error', reject)
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
        )
      })
      outgoing.end(bytes ?? undefined)
    })
  }

  /** The body of an answer that must be a success. */
  async ask(call: Call): Promise<Record<string, unknown>> {
    const { status, text } = await this.call(call)
    if (status >= 300)
      throw new Error(`${call.method ?? 'GET'} ${call.path} was answered with ${status}: ${text}`)
    return text === '' ? {} : JSON.parse(text)
  }

  async register(username: string): Promise<Account> {
    return accountOf(
      username,
      await this.ask({ method: 'POST', path: '/api/v1/auth/register', body: { username, password } }),
    )
  }

  async login(username: string): Promise<Account> {
    const body = { login: username, password, device_token: this.#deviceToken }
    const answer = await this.ask({ method: 'POST', path: '/api/v1/auth/login', body })
    if (typeof answer.device_token === 'string') this.#deviceToken = answer.device_token
    return accountOf(username, answer)
  }

  /** Open, and nothing said yet. Rejects when it cannot be opened. */
  socket(): Promise<WebSocket> {
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/api/v1/ws`, {
      localAddress: this.address,
      perMessageDeflate: false,
    })
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(socket))
      socket.on('error', reject)
    })
  }

  /** With the answer to `hello`. Rejects when the socket is not let in. */
  async enter(token: string): Promise<WebSocket> {
    const socket = await this.socket()
    socket.send(JSON.stringify({ type: 'hello', token }))
    return new Promise((resolve, reject) => {
      socket.once('close', (code) => reject(new Error(`the socket was closed with ${code}`)))
      socket.once('message', (data) => {
        const text = String(data)
        if (text.startsWith('{"type":"ready"')) resolve(socket)
        else reject(new Error(`not let in: ${text.slice(0, 200)}`))
      })
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

function accountOf(username: string, answer: Record<string, unknown>): Account {
  const { access_token: token, user } = answer
  if (typeof token !== 'string') throw new Error('There is no token in the answer')
  return { username, token, id: (user as { id: string }).id }
}

/** One file as a form. */
export function formOf(
  name: string,
  content: Uint8Array,
): { readonly body: Uint8Array; readonly type: string } {
  const boundary = 'a-boundary-of-the-abuse-runs'
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n\r\n`
  return {
    body: Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    type: `multipart/form-data; boundary=${boundary}`,
  }
}
