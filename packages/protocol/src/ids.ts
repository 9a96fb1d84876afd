// Identifiers and times as they stand on the wire.
import Type, { type Static } from 'typebox'

export const idPattern = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'

/** A UUID in lower case; the server makes version 7, and takes any version as a client's message id. */
export const Id = Type.String({ pattern: idPattern, description: 'UUID in lower case' })
export type Id = Static<typeof Id>

/** RFC 3339 in UTC with milliseconds, `2026-01-31T12:00:00.000Z`. */
export const Time = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
  description: 'RFC 3339, UTC, milliseconds',
})
export type Time = Static<typeof Time>

/** The number of a message in its chat: 1, 2, 3 … without holes. 0 stands before the first. */
export const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** The number of a change in its chat: every durable change takes exactly the next one. */
export const Version = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** Opaque position of a paged list, as a former answer gave it. */
export const Cursor = Type.String({ minLength: 1, maxLength: 500 })
