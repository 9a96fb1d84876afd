// What an error of the driver means for callers: try again later, or a fault of ours.
import pg from 'pg'
import { AppError, InDoubtError } from '../core/errors.ts'

/** SQLSTATE classes and codes after which the same call may succeed later. */
const passingClasses = [
  '08', // connection exception
  '53', // insufficient resources: too many connections, disk full, out of memory
  '57', // operator intervention: shutdown, starting up, cancelled by a timeout
]
const passingCodes = [
  '25006', // read-only transaction: a former primary
  '25P03', // idle in transaction for too long
  '40001', // serialization failure
  '40P01', // deadlock
  '55P03', // lock timeout
]
/** After these the server closes the connection, or is not the one to talk to any more. */
const endings = ['08', '57P', '25P03', '25006']

/** Messages of `pg` that carry no code. */
const passingMessages =
  /^(Query read timeout|Connection terminated|[Tt]imeout e|Client (has encountered|was closed)|Cannot use a pool)/

/** The transaction was rolled back only because of others: the same work may be run again at once. */
export function isCollision(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40001' || error.code === '40P01')
}

export function isUniqueViolation(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505'
}

/** What numbers the rows of a table has no number left. */
export function isSequenceExhausted(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '2200H'
}

/** The connection is lost, or its state is not known: it must not be used again. */
export function breaksConnection(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true
  const code = error.code ?? ''
  return endings.some((ending) => code.startsWith(ending))
}

/**
 * `unavailable` for a server that is lost, stopping, full or too slow; any other error as it is. Expects that what failed has
 * certainly not been done, or was put in doubt by `settling` before.
 */
export function databaseFault(error: unknown): unknown {
  return isPassing(error) ? new AppError('unavailable', { retryAfter: 1 }, { cause: error }) : error
}

/**
 * Waits for the answer to what commits by itself. Rejects with InDoubtError when the connection is lost before it, or the server
 * ends the session: the work may have been done, or may be done yet.
 */
export async function settling<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw breaksConnection(error) && isPassing(error) ? new InDoubtError({ cause: error }) : error
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? ''
    return passingClasses.includes(code.slice(0, 2)) || passingCodes.includes(code)
  }
  if (error instanceof AggregateError) return error.errors.some(isPassing)
  return error instanceof Error && ('syscall' in error || passingMessages.test(error.message))
}
