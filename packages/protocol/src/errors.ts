// The one table of error codes: status for HTTP, close code for WebSocket, and whether trying again can help.
import Type, { type Static } from 'typebox'

interface ErrorRow {
  readonly status: number
  readonly title: string
  readonly retryable: boolean
  /** Only for errors that end a socket. 4400–4499: do not come back unchanged; 4500 and up: come back and resume. */
  readonly close?: number
}

const row = (status: number, title: string, more: { retryable?: true; close?: number } = {}): ErrorRow => ({
  status,
  title,
  retryable: more.retryable ?? false,
  ...(more.close === undefined ? {} : { close: more.close }),
})

export const errorTable = {
  invalid_request: row(400, 'The request does not fit its schema'),
  invalid_json: row(400, 'The body is not valid JSON'),
  invalid_encoding: row(400, 'The text is not valid Unicode or contains U+0000'),
  invalid_cursor: row(400, 'The cursor was not issued by this server'),
  bad_frame: row(400, 'The frame is not a JSON text frame of this protocol', { close: 4400 }),
  unauthenticated: row(401, 'A valid access token is required', { close: 4401 }),
  wrong_credentials: row(401, 'Login or password is wrong'),
  invalid_refresh_token: row(401, 'The refresh token is not valid'),
  session_revoked: row(401, 'The session was ended', { close: 4409 }),
  forbidden: row(403, 'Your role does not allow this'),
  origin_refused: row(403, 'Requests from this origin are refused', { close: 4403 }),
  account_disabled: row(403, 'The operator of this server has disabled the account'),
  registration_closed: row(403, 'Registration is closed on this server'),
  password_required: row(403, 'The current password is required for this'),
  posting_restricted: row(403, 'Only admins may post in this chat'),
  not_found: row(404, 'There is no such thing, or you may not see it'),
  method_not_allowed: row(405, 'The method is not allowed here'),
  upload_too_slow: row(408, 'The upload did not begin, or came too slowly', { retryable: true }),
  already_exists: row(409, 'The name is taken'),
  other_account: row(409, 'The credentials belong to another account than the call', { close: 4410 }),
  id_taken: row(409, 'The id belongs to another message'),
  direct_chat: row(409, 'A direct chat has exactly its two people'),
  deleted: row(409, 'The message was deleted'),
  chat_full: row(409, 'The group has reached its member limit'),
  too_many_files: row(409, 'The message has reached its limit of files'),
  payload_too_large: row(413, 'The body is too large'),
  file_too_large: row(413, 'The file is too large'),
  quota_exceeded: row(413, 'Your files take as much room as they may'),
  frame_too_large: row(413, 'The frame is too large', { close: 4413 }),
  unsupported_media_type: row(415, 'The content type is not supported'),
  range_not_satisfiable: row(416, 'The file has no such bytes'),
  invalid_image: row(422, 'The file is not an image that can be read'),
  invalid_files: row(422, 'A file is unknown or belongs to somebody else'),
  invalid_reply: row(422, 'The message replied to is not in this chat'),
  weak_password: row(422, 'The password is too easy to guess'),
  rate_limited: row(429, 'Too many requests', { retryable: true }),
  too_fast: row(429, 'Too many frames', { retryable: true, close: 4429 }),
  internal: row(500, 'The server failed; the fault was logged', { retryable: true }),
  unavailable: row(503, 'The server cannot do this right now', { retryable: true }),
  slow_consumer: row(503, 'The socket could not keep up', { retryable: true, close: 4503 }),
  numbers_exhausted: row(507, 'The server has no integer left for the message'),
  storage_full: row(507, 'The server has no room for more files', { retryable: true }),
  draining: row(503, 'The server is stopping', { retryable: true, close: 4503 }),
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof errorTable

/** The row of a code, with the optional fields visible. */
export const errorRow = (code: ErrorCode): ErrorRow => errorTable[code]

export const errorCodes = Object.keys(errorTable) as ErrorCode[]

export const ErrorCodeSchema = Type.Enum(errorCodes)

/** RFC 9457 problem details, the body of every HTTP error. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: ErrorCodeSchema,
    retryable: Type.Boolean(),
    request_id: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
  },
  { additionalProperties: false },
)
export type Problem = Static<typeof Problem>
