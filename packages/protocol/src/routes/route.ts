// What the route files build their schemas from.
import Type, { type TObject, type TSchema } from 'typebox'
import type { Cost } from '../cost.ts'
import { User } from '../entities.ts'
import { Cursor, Id } from '../ids.ts'
import { limits } from '../limits.ts'

/** An object that refuses unknown fields. */
export const object = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false })
export const optional = Type.Optional
export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
export const users = Type.Array(User, { description: 'Public profiles that the answer refers to, once each' })
export const nextCursor = Type.Union([Cursor, Type.Null()])
export const page = {
  limit: optional(Type.Integer({ minimum: 1, maximum: limits.pageMax })),
  cursor: optional(Cursor),
}
/** Of a page, by what it may hold. */
export const pageCost = (call: number, each: number) =>
  ({ call, each, of: 'limit', otherwise: limits.pageDefault }) as const
export const chatPath = object({ chat_id: Id })
export const memberPath = object({ chat_id: Id, user_id: Id })
export const messagePath = object({ message_id: Id })

export const filePath = object({ file_id: Id })

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * Who may call: anyone, or a person with a valid access token; `optional` lets in who has none, but looks at it. What that person may see is
 * decided in the core.
 */
export type RouteAuth = 'none' | 'user' | 'optional'

/** A request whose body is `multipart/form-data` with exactly one part, a file named `file`. */
export interface Upload {
  readonly maxBytes: number
  readonly description: string
}

/** An answer that is not JSON but content of this media type; `*\/*` where it differs from file to file. */
export interface ContentAnswer {
  readonly content: string
}
export const content = (mediaType: string): ContentAnswer => ({ content: mediaType })

export const isContent = (answer: TSchema | ContentAnswer | null | undefined): answer is ContentAnswer =>
  typeof answer === 'object' && answer !== null && 'content' in answer

export interface Route {
  readonly method: Method
  /** Path below the root, parameters in braces as in OpenAPI. */
  readonly path: string
  readonly auth: RouteAuth
  /** Paid by the person who calls, or by the address of whoever is nobody; its field is one of the query or the body. */
  readonly cost: Cost
  readonly tag: 'auth' | 'users' | 'chats' | 'members' | 'messages' | 'files' | 'sync' | 'demo'
  readonly summary: string
  readonly params?: TObject
  readonly query?: TObject
  readonly body?: TSchema
  /** Instead of `body`. */
  readonly upload?: Upload
  /** Success statuses and their bodies; null for no body. Errors are problem+json everywhere. */
  readonly answers: Readonly<Record<number, TSchema | ContentAnswer | null>>
}

export const route = <const R extends Route>(definition: R): R => definition
