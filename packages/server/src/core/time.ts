// Times of the wire as moments.
import type { Time } from '@parley/protocol'
import { AppError } from './errors.ts'

/**
 * The moment of a time that fits its schema. Throws `invalid_request`, with the path of the field, for one that no calendar has
 * (February 30, hour 24): `Date` would take it for another.
 */
export function readTime(time: Time, path: string): Date {
  const moment = new Date(time)
  if (Number.isNaN(moment.getTime()) || moment.toISOString() !== time) {
    throw new AppError('invalid_request', { errors: [{ path, message: 'No such time' }] })
  }
  return moment
}
