// Tells faults of the connection, after which trying again is right, from faults of a statement.
import { AppError } from '../core/errors.ts'

/** SQLSTATE classes (PostgreSQL, appendix A): connection exceptions, insufficient resources, operator intervention, system errors. */
const unavailableClasses = new Set(['08', '53', '57', '58'])
/** lock_not_available; serialization and deadlock that outlived the retries. */
const unavailableCodes = new Set(['55P03', '40001', '40P01', '25P03', '25P02'])
const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
  'ENOTFOUND',
])
/** What `pg` says without a code. */
const driverMessages =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Client was closed|Query read timeout|after calling end on the pool/

export const sqlStateOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** A transaction with one of these may be run again as it is. */
export function isConflict(error: unknown): boolean {
  const code = sqlStateOf(error)
  return code === '40001' || code === '40P01'
}

/** The error as the core knows it: `unavailable` when the database could not be reached or gave up, else the error itself. */
export function asAppError(error: unknown): unknown {
  if (error instanceof AppError) return error
  const code = sqlStateOf(error)
  const unavailable =
    code === undefined
      ? error instanceof Error && driverMessages.test(error.message)
      : socketCodes.has(code) || unavailableCodes.has(code) || unavailableClasses.has(code.slice(0, 2))
  return unavailable ? new AppError('unavailable', { retryAfter: 1 }, { cause: error }) : error
}
