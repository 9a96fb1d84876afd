// Errors as FastAPI answers them, which all five systems are written with: `{"detail": …}`, and 422 with a list for what does not
// fit its schema (https://fastapi.tiangolo.com/tutorial/handling-errors/).
import { type ErrorCode, errorRow } from '@parley/protocol'
import { AppError } from '../../core/errors.ts'

/** Status and text for an error of the core, where the contract has others than the table of errors. */
export type ErrorMap = Partial<Record<ErrorCode, readonly [status: number, detail: string]>>

/** A refusal that a contract words itself. */
export class DialectError extends Error {
  override readonly name = 'DialectError'
  readonly status: number

  constructor(status: number, detail: string) {
    super(detail)
    this.status = status
  }
}

interface ValidationFault {
  readonly loc: readonly (string | number)[]
  readonly msg: string
  readonly type: string
}

export interface ErrorAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: { readonly detail: string | readonly ValidationFault[] }
}

/** Where FastAPI has other words or another status than the table of errors. */
const common: ErrorMap = {
  unauthenticated: [401, 'Not authenticated'],
  session_revoked: [401, 'Could not validate credentials'],
  invalid_refresh_token: [401, 'Could not validate credentials'],
  wrong_credentials: [401, 'Incorrect login or password'],
  not_found: [404, 'Not Found'],
  method_not_allowed: [405, 'Method Not Allowed'],
  already_exists: [400, 'Already registered'],
  direct_chat: [400, 'The members of a private chat cannot be changed'],
}

/** `maps` are asked in their order, before the common words. */
export function errorAnswer(error: AppError | DialectError, maps: readonly ErrorMap[]): ErrorAnswer {
  if (error instanceof DialectError) {
    return answer(error.status, error.message, headersOf(error.status))
  }
  const faults = validationFaults(error)
  if (faults !== null) return answer(422, faults)
  const words = [...maps, common].map((map) => map[error.code]).find((entry) => entry !== undefined)
  const [status, detail] = words ?? [errorRow(error.code).status, error.message]
  return answer(status, detail, headersOf(status, error.data.retryAfter))
}

const answer = (status: number, detail: ErrorAnswer['body']['detail'], headers = {}): ErrorAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: { detail },
})

/** The fault in one line, for a frame. */
export function faultText(error: AppError | DialectError, maps: readonly ErrorMap[]): string {
  const { detail } = errorAnswer(error, maps).body
  if (typeof detail === 'string') return detail
  return detail.map(({ loc, msg }) => (loc.length > 1 ? `${loc.slice(1).join('.')}: ${msg}` : msg)).join('; ')
}

function validationFaults(error: AppError): ValidationFault[] | null {
  if (error.code === 'invalid_json') {
    return [{ loc: ['body'], msg: 'JSON decode error', type: 'json_invalid' }]
  }
  if (error.code === 'invalid_encoding') {
    return [{ loc: ['body'], msg: error.message, type: 'value_error' }]
  }
  if (error.code !== 'invalid_request' || error.data.errors === undefined) return null
  return error.data.errors.map(({ path, message }) => ({
    loc: locationOf(path),
    msg: message,
    type: 'value_error',
  }))
}

/** From a JSON pointer (RFC 6901) whose first part says which part of the request it is about. */
function locationOf(pointer: string): (string | number)[] {
  const parts = pointer.split('/').slice(1)
  const known = ['body', 'query', 'path'].includes(parts[0] ?? '') ? parts : ['body', ...parts]
  return known.map((part) =>
    /^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~'),
  )
}

function headersOf(status: number, retryAfter = 1): Record<string, string> {
  if (status === 401) return { 'www-authenticate': 'Bearer' }
  if ([429, 503, 507].includes(status)) {
    return { 'retry-after': String(Math.max(1, Math.ceil(retryAfter))) }
  }
  return {}
}

export const isRefusal = (error: unknown): error is AppError | DialectError =>
  error instanceof AppError || error instanceof DialectError

/** For what a schema cannot say of a call. `path` is a JSON Pointer, as in '/body/text'. */
export const wrongValue = (path: string, message: string): AppError =>
  new AppError('invalid_request', { errors: [{ path, message }] })
