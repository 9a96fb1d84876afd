// A browser without scripts, as far as the contract can tell: it keeps cookies by path, sends forms, and opens sockets with its cookies.
import { SocketClient } from '../../kit/test/socket-client.ts'

interface Cookie {
  readonly value: string
  readonly path: string
  readonly attributes: string
}

interface Options {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: URLSearchParams | FormData | string
}

export class Visitor {
  readonly cookies = new Map<string, Cookie>()
  private readonly base: string

  /** Without a slash at the end. */
  constructor(base: string) {
    this.base = base
  }

  /** Redirects are not followed. */
  async request(path: string, { method = 'GET', headers = {}, body }: Options = {}): Promise<Response> {
    const url = new URL(this.base + path)
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { ...this.cookieHeader(url.pathname), ...headers },
      ...(body === undefined ? {} : { body }),
    })
    for (const line of response.headers.getSetCookie()) this.keep(line)
    return response
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.request(path, { headers })
  }

  /** A form without files. */
  form(
    path: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return this.request(path, { method: 'POST', headers, body: new URLSearchParams(fields) })
  }

  json(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
    return this.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  }

  socket(path: string, headers: Record<string, string> = {}): SocketClient {
    const url = new URL(this.base + path)
    return new SocketClient(url.href, { headers: { ...this.cookieHeader(url.pathname), ...headers } })
  }

  /** The id of whoever is logged in, which the contract shows nowhere else. */
  get userId(): string {
    const payload = this.cookies.get('access_token')?.value.split('.')[1] ?? ''
    return JSON.parse(Buffer.from(payload, 'base64url').toString()).sub
  }

  private keep(line: string): void {
    const [pair = '', ...rest] = line.split('; ')
    const [name = '', value = ''] = pair.split('=', 2)
    const path = rest.find((part) => part.startsWith('Path='))?.slice(5) ?? '/'
    if (value === '') this.cookies.delete(name)
    else this.cookies.set(name, { value, path, attributes: rest.join('; ') })
  }

  private cookieHeader(path: string): { cookie?: string } {
    const sent = [...this.cookies].filter(([, cookie]) => path.startsWith(cookie.path))
    return sent.length === 0 ? {} : { cookie: sent.map(([name, { value }]) => `${name}=${value}`).join('; ') }
  }
}
