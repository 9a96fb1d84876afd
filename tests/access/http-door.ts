// HTTP as tests of access and of bad input need it: any bytes out, the exact answer back, and typed calls for setting a scene.
import { Agent, type OutgoingHttpHeaders, request } from 'node:http'
import {
  type Problem,
  type Route,
  type RouteAnswer,
  type RouteBody,
  type RouteName,
  type RouteParams,
  type RouteQuery,
  type Routes,
  routes,
  type Upload,
} from '@parley/protocol'

export interface Call {
  readonly method: string
  readonly path: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Uint8Array
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Status, headers but `Date`, and body: two answers with equal bytes cannot be told apart. */
  readonly bytes: string
  readonly text: string
}

/** The parts of a call of the route table, as its path, query string and body say them. */
export interface Parts {
  readonly params?: Readonly<Record<string, string>> | undefined
  readonly query?: Readonly<Record<string, unknown>> | undefined
  readonly body?: unknown
  /** In place of a body: the content of a file. */
  readonly upload?: string | Uint8Array
}

/** `Parts` of one route, checked by the compiler. */
export type PartsOf<N extends RouteName> = (RouteParams<N> extends undefined
  ? object
  : { readonly params: RouteParams<N> }) &
  (RouteQuery<N> extends undefined ? object : { readonly query?: RouteQuery<N> }) &
  (RouteBody<N> extends undefined ? object : { readonly body: RouteBody<N> }) &
  (Routes[N] extends { readonly upload: Upload } ? { readonly upload: string | Uint8Array } : object)

/** Two calls with the same id in `X-Request-Id` get it back, so that it does not tell their answers apart. */
const requestId = 'a-test'

export class HttpDoor {
  readonly #url: URL
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 })

  constructor(url: string) {
    this.#url = new URL(url)
  }

  /**
   * Sends exactly what is given. A body gets a length, and no type of its own. On a connection that was kept, and that the server ended while the
   * call was on its way, nobody has read it: it is sent again.
   */
  send(call: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.#url
      const headers = {
        'x-request-id': requestId,
        ...(call.body === undefined ? {} : { 'content-length': Buffer.byteLength(call.body) }),
        ...call.headers,
      }
      const { method, path } = call
      const outgoing = request({ hostname, port, agent: this.#agent, method, path, headers }, (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const { date, ...rest } = incoming.headers
          const status = incoming.statusCode ?? 0
          resolve({ status, headers: rest, text, bytes: JSON.stringify([status, rest, text]) })
        })
      })
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (outgoing.reusedSocket && error.code === 'ECONNRESET') resolve(this.send(call))
        else reject(error)
      })
      outgoing.end(call.body)
    })
  }

  /** A call of the route table with a JSON body. */
  call(name: RouteName, token: string | null, parts: Parts = {}): Promise<Answer> {
    return this.send(callOf(name, token, parts))
  }

  /** A call that must succeed. */
  async ask<N extends RouteName>(name: N, token: string | null, parts: PartsOf<N>): Promise<RouteAnswer<N>> {
    const answer = await this.call(name, token, parts)
    if (answer.status >= 400) throw new Error(`${name} was to succeed: ${answer.status} ${answer.text}`)
    return (answer.text === '' ? null : JSON.parse(answer.text)) as RouteAnswer<N>
  }

  close(): void {
    this.#agent.destroy()
  }
}

export function callOf(name: RouteName, token: string | null, parts: Parts): Call {
  const { method }: Route = routes[name]
  const { type, body } = bodyOf(parts)
  return {
    method,
    path: pathOf(name, parts),
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(type === undefined ? {} : { 'content-type': type }),
    },
    ...(body === undefined ? {} : { body }),
  }
}

function bodyOf({ body, upload }: Parts): { type?: string; body?: string | Uint8Array } {
  if (upload !== undefined) return { type: `multipart/form-data; boundary=${boundary}`, body: formOf(upload) }
  return body === undefined ? {} : { type: 'application/json', body: JSON.stringify(body) }
}

const boundary = 'a-boundary'

/** A form with one file. */
export const formOf = (content: string | Uint8Array, field = 'file'): Uint8Array =>
  Buffer.concat([
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${field}"; filename="x"\r\n\r\n`),
    Buffer.from(content),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])

/** Parameters are put in as they are given, so that malformed ones arrive. */
export function pathOf(name: RouteName, { params = {}, query = {} }: Parts): string {
  const path = routes[name].path.replaceAll(/\{(\w+)\}/g, (_, key: string) => params[key] ?? '')
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) search.append(key, String(value))
  return search.size === 0 ? path : `${path}?${search}`
}

/** The problem that a refused call was answered with. Throws for anything else. */
export function problemIn(answer: Answer): Problem {
  if (answer.headers['content-type'] !== 'application/problem+json; charset=utf-8') {
    throw new Error(`not a problem: ${answer.bytes}`)
  }
  return JSON.parse(answer.text) as Problem
}
