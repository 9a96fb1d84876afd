// Errors as HTTP answers: RFC 9457 problem details, and the headers that belong to a code.
import { type ErrorCode, errorRow, type Problem } from '@parley/protocol'
import { AppError } from '../core/errors.ts'
import { reasonPhrase } from '../wire/reason-phrases.ts'

const problemType = 'application/problem+json; charset=utf-8'

/** An error as an answer of HTTP; the headers say the content type. */
export type ErrorShape = (
  error: AppError,
  requestId: string,
) => {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: object
}

export interface ProblemAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Problem
}

/**
 * The answer for an error. `status` replaces the code's own where HTTP has a more exact one than the table of codes (408, 431);
 * the title is then HTTP's.
 */
export function problemOf(error: AppError, requestId: string, status?: number): ProblemAnswer {
  const row = errorRow(error.code)
  const title = status === undefined ? row.title : reasonPhrase(status) || row.title
  return {
    status: status ?? row.status,
    headers: { 'content-type': problemType, 'cache-control': 'no-store', ...headersOf(error) },
    body: {
      type: `/problems/${error.code}`,
      title,
      status: status ?? row.status,
      detail: error.data.detail ?? title,
      code: error.code,
      retryable: row.retryable,
      request_id: requestId,
      ...(error.data.errors === undefined
        ? {}
        : { errors: error.data.errors.map(({ path, message }) => ({ path, message })) }),
    },
  }
}

function headersOf(error: AppError): Record<string, string> {
  const row = errorRow(error.code)
  // RFC 9110 §15.5.2 wants a challenge with every 401.
  if (row.status === 401) return { 'www-authenticate': 'Bearer realm="parley"' }
  // RFC 9110 §15.5.17: how much there is.
  if (row.status === 416) return { 'content-range': `bytes */${error.data.size ?? '*'}` }
  if (row.status !== 429 && row.status !== 503) return {}
  const seconds = Math.max(1, Math.ceil(error.data.retryAfter ?? 1))
  const headers: Record<string, string> = { 'retry-after': String(seconds) }
  if (row.status === 429) {
    // draft-ietf-httpapi-ratelimit-headers: what is left of the quota, and when there is more.
    headers.ratelimit = `"default";r=0;t=${seconds}`
    if (error.data.limit !== undefined) headers['ratelimit-policy'] = `"default";q=${error.data.limit}`
  }
  return headers
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
