// Reading columns of a row as the types that they have in SQL.
import { toTime } from '../core/ports.ts'
import type { Row } from './postgres.ts'

/** A time of the database as it stands on the wire. */
export const time = (value: unknown): string =>
  toTime(value instanceof Date ? value : new Date(String(value)))

export const timeOrNull = (value: unknown): string | null => (value === null ? null : time(value))

export const dateOrNull = (value: unknown): Date | null => (value instanceof Date ? value : null)

/** The only row of a statement that must give one. */
export function only<R extends Row>(rows: readonly R[]): R {
  const [row] = rows
  if (row === undefined) throw new Error('a statement that must give a row gave none')
  return row
}

/** How text is compared: so that no two accounts differ by case or by the form of a letter. */
export const fold = (text: string): string => text.normalize('NFKC').toLowerCase()
