// One call of a dialect: what comes in, what the core is asked, what goes out.
import type { Cost, ErrorCode } from '@parley/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static, type TObject, type TSchema } from 'typebox'
import type { ClientInfo } from '../../core/accounts/login-session.ts'
import type { Actor } from '../../core/actor.ts'
import type { IncomingFile } from '../../core/files/upload-file.ts'
import type { AuthCookies } from '../../http/auth-cookies.ts'
import type { FileAnswer } from '../../http/file-answer.ts'
import type { DialectContext } from './context.ts'
import type { ErrorMap } from './errors.ts'

export interface DialectCall<P, Q, B> {
  /** Who asks. Throws a plain error where that is not known. */
  readonly actor: Actor
  /** The same, or null. */
  readonly visitor: Actor | null
  readonly params: P
  readonly query: Q
  readonly body: B
  readonly client: ClientInfo
  readonly cookies: AuthCookies
  /** The bearer token as it came, not checked; null without one. */
  readonly bearer: string | null
  /** Throws a plain error in routes without an upload. */
  readonly upload: IncomingFile
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

export interface DialectAnswer {
  readonly status: number
  /** Sent as JSON. */
  readonly body?: unknown
  /** JSON that is sent piece by piece, each made when the client has taken those before it. */
  readonly pieces?: AsyncIterable<string>
  /** Sent as it is, in place of a body. */
  readonly text?: { readonly type: string; readonly content: string }
  /** Sent as it is, with its own headers. */
  readonly file?: FileAnswer
  /** Below the dialect's base: `/login`. */
  readonly location?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** The handler has sent the answer itself. */
export const sent = Symbol('sent')

export interface RouteSpec<P extends TObject, Q extends TObject, B extends TSchema> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Parameters in braces. A slash at the end makes no difference. */
  readonly path: string
  /** `maybe`: who asks if that can be told; a token that is no good any more counts as none. */
  readonly auth: 'none' | 'maybe' | 'user'
  readonly summary: string
  /** In the protocol's units; judged by its shape (costs.ts) if it does not say. */
  readonly cost?: Cost
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  /** What the body may be written as; JSON by default. A form is urlencoded or multipart; its values are texts, converted as those of queries. */
  readonly accepts?: 'json' | 'form' | 'json or form'
  /** The body is multipart, with one file in the field `file`. */
  readonly upload?: { readonly maxBytes: number }
  /** The token may be in the query too, for what browsers load by address alone: pictures. */
  readonly tokenInQuery?: boolean
  readonly answers: Readonly<Record<number, TSchema | null>>
  readonly errors?: ErrorMap
  /** For forms of plain pages: where a browser is led when it is refused, below the base, with `?error=<code>` behind it. Parameters in braces. */
  readonly refusedTo?: (code: ErrorCode) => string
  /** Pages, which the API's documentation leaves out. */
  readonly hidden?: boolean
  handle(
    context: DialectContext,
    call: DialectCall<Static<P>, Static<Q>, Static<B>>,
  ): Promise<DialectAnswer | typeof sent>
}

export type DialectRoute = RouteSpec<TObject, TObject, TSchema>

export const route = <P extends TObject = TObject, Q extends TObject = TObject, B extends TSchema = TSchema>(
  spec: RouteSpec<P, Q, B>,
): DialectRoute => spec

/** An object of these contracts: fields that it does not name are ignored. */
export const object = <T extends Record<string, TSchema>>(properties: T) => Type.Object(properties)
export const optional = Type.Optional
/** Optional, and null counts as missing. */
export const maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))
export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
/** An integer id. */
export const IntegerId = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
export const uuidPattern = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'
/** In paths, queries and forms it arrives in small letters, in JSON as it was sent. */
export const Uuid = Type.String({ pattern: uuidPattern })
/** `limit` and `offset` of a page. */
export const pageQuery = (limit: number) => ({
  limit: optional(Type.Integer({ minimum: 1, maximum: 100, default: limit })),
  offset: optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000, default: 0 })),
})
