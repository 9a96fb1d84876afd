// Calls of Parley's REST API by their names in the route table, over connections that stay open.
import { Agent, request } from 'node:http'
import { type RouteAnswer, type RouteBody, type RouteName, routes } from '@parley/protocol'

interface CallParts<N extends RouteName> {
  readonly token?: string
  /** Fills the braces of the route's path. */
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number>>
  readonly body?: RouteBody<N>
}

/** Rejects with ApiFault on any other answer than a good one. */
type Call = <N extends RouteName>(name: N, parts: CallParts<N>) => Promise<RouteAnswer<N>>

export interface Api {
  readonly call: Call
  close(): void
}

export class ApiFault extends Error {
  override readonly name = 'ApiFault'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

interface PlainAnswer {
  readonly status: number
  readonly text: string
}

/** `origin` is `http://…`. Connections are opened as they are needed. */
export function createApi(origin: string): Api {
  const agent = new Agent({ keepAlive: true })
  return {
    async call(name, { token, params = {}, query = {}, body }) {
      const { method } = routes[name]
      const path = routes[name].path.replace(/\{(\w+)\}/g, (_, key: string) => params[key] ?? '')
      const search = new URLSearchParams(
        Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]),
      )
      const url = `${origin}${path}${search.size > 0 ? `?${search}` : ''}`
      const sent = body === undefined ? null : JSON.stringify(body)
      const { status, text } = await ask(agent, method, url, token ?? null, sent)
      if (status >= 300) throw new ApiFault(status, `${method} ${path} answered ${status}: ${text}`)
      return (text === '' ? null : JSON.parse(text)) as RouteAnswer<typeof name>
    },
    close: () => agent.destroy(),
  }
}

/** Any call with a JSON body or none. */
function ask(
  agent: Agent,
  method: string,
  url: string,
  token: string | null,
  body: string | null,
): Promise<PlainAnswer> {
  const headers = {
    ...(body === null
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.once('error', reject)
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      )
    })
    sent.once('error', reject)
    sent.end(body ?? undefined)
  })
}
