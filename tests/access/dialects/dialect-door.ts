// The calls of a dialect's route table, as its clients make them.
import type { Dialect } from '../../../packages/server/src/dialects/kit/dialect.ts'
import type { DialectRoute } from '../../../packages/server/src/dialects/kit/route.ts'
import type { Answer, Call, HttpDoor } from '../http-door.ts'

/** Method and path as in the table: `GET /api/v1/chats/{chat_id}`. */
export type RouteKey = `${DialectRoute['method']} /${string}`

export const keyOf = ({ method, path }: DialectRoute): RouteKey => `${method} ${path as `/${string}`}`

export interface DialectParts {
  readonly params?: Readonly<Record<string, string | number>>
  readonly query?: Readonly<Record<string, unknown>>
  /** Sent as JSON, or as a form where the route takes nothing else. */
  readonly body?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  readonly file?: { readonly name: string; readonly type: string; readonly content: Uint8Array<ArrayBuffer> }
}

/** `cookie` is for contracts that keep tokens there. */
export type TokenPlace = 'bearer' | 'cookie'

export class DialectDoor {
  readonly dialect: Dialect
  readonly #door: HttpDoor
  readonly #base: string

  /** `prefix`: one of those below which the dialect's paths are too. */
  constructor(door: HttpDoor, dialect: Dialect, prefix = '') {
    this.dialect = dialect
    this.#door = door
    this.#base = `/compat/${dialect.name}${prefix}`
  }

  /** Throws when the dialect has no such route. */
  route(key: RouteKey): DialectRoute {
    const found = this.dialect.routes.find((candidate) => keyOf(candidate) === key)
    if (found === undefined) throw new Error(`${this.dialect.name} has no ${key}`)
    return found
  }

  async call(key: RouteKey, token: string | null, parts: DialectParts = {}): Promise<Answer> {
    return this.#door.send(await this.callOf(key, token, parts))
  }

  /** The request as it would be sent. */
  async callOf(
    key: RouteKey,
    token: string | null,
    parts: DialectParts,
    place: TokenPlace = 'bearer',
  ): Promise<Call> {
    const route = this.route(key)
    const body = await bodyOf(route, parts)
    return {
      method: route.method,
      path: this.pathOf(key, parts),
      headers: { ...this.#credentials(token, place), ...body?.headers, ...parts.headers },
      ...(body === null ? {} : { body: body.bytes }),
    }
  }

  /** Parameters are put in as they are given, so that malformed ones arrive. */
  pathOf(key: RouteKey, { params = {}, query = {} }: DialectParts): string {
    const { path } = this.route(key)
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ''))
    const search = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) search.append(name, String(value))
    return `${this.#base}${filled}${search.size === 0 ? '' : `?${search}`}`
  }

  #credentials(token: string | null, place: TokenPlace): Record<string, string> {
    if (token === null) return {}
    if (place === 'bearer') return { authorization: `Bearer ${token}` }
    const { cookies } = this.dialect
    if (cookies === undefined) throw new Error(`${this.dialect.name} has no cookies`)
    return { cookie: `${cookies.access}=${token}` }
  }
}

interface EncodedBody {
  readonly headers: Record<string, string>
  readonly bytes: string | Uint8Array
}

async function bodyOf(
  { accepts = 'json' }: DialectRoute,
  { body, file }: DialectParts,
): Promise<EncodedBody | null> {
  if (file !== undefined) return multipartOf(file)
  if (body === undefined) return null
  if (accepts !== 'form') {
    return { headers: { 'content-type': 'application/json' }, bytes: JSON.stringify(body) }
  }
  return { headers: { 'content-type': 'application/x-www-form-urlencoded' }, bytes: formOf(body) }
}

export function formOf(body: Readonly<Record<string, unknown>>): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(body)) form.append(name, String(value))
  return form.toString()
}

export function multipartOf({
  name,
  type,
  content,
}: NonNullable<DialectParts['file']>): Promise<EncodedBody> {
  const form = new FormData()
  form.append('file', new Blob([content], { type }), name)
  return encodedForm(form)
}

/** As multipart/form-data. */
export async function encodedForm(form: FormData): Promise<EncodedBody> {
  const encoded = new Response(form)
  return {
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    bytes: new Uint8Array(await encoded.arrayBuffer()),
  }
}
