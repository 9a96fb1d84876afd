// What is thrown while a request is answered, as an error of the core, and how doors of HTTP say the shape of theirs.
import type { ErrorCode } from '@parley/protocol'
import { AppError } from '../core/errors.ts'

/** An error as an answer of HTTP; the headers say the content type. */
export type ErrorShape = (
  error: AppError,
  requestId: string,
) => {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: object
}

/** What a thrown value means to the client. Anything unforeseen is `internal`, with the value as its cause for the log. */
export function appErrorOf(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const code = codeOfFramework(thrown)
  return code === null
    ? new AppError('internal', {}, { cause: thrown })
    : new AppError(code, {}, { cause: thrown })
}

const codesByStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  403: 'not_found',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  414: 'invalid_request',
  415: 'unsupported_media_type',
  416: 'range_not_satisfiable',
}

/** Fastify and its plugins say by `statusCode` what is the client's fault; nothing in the core has that property. */
function codeOfFramework(thrown: unknown): ErrorCode | null {
  if (!(thrown instanceof Error) || !('statusCode' in thrown)) return null
  return typeof thrown.statusCode === 'number' ? (codesByStatus[thrown.statusCode] ?? null) : null
}
