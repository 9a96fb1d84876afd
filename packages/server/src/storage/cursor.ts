// Opaque positions in lists: base64url of a JSON array, checked when they come back.
import { AppError } from '../core/errors.ts'

export type CursorPart = string | number | boolean

export const encodeCursor = (parts: readonly CursorPart[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url')

const checks = {
  string: (value: unknown) =>
    typeof value === 'string' && value.length <= 300 && !value.includes('\0') && value.isWellFormed(),
  id: (value: unknown) =>
    typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  time: (value: unknown) =>
    typeof value === 'string' && /^\d{4}-/.test(value) && !Number.isNaN(Date.parse(value)),
  boolean: (value: unknown) => typeof value === 'boolean',
}

/** The parts of a cursor, of the given kinds. Throws `invalid_cursor` for anything else. */
export function decodeCursor<K extends readonly (keyof typeof checks)[]>(
  cursor: string,
  kinds: K,
): unknown[] {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch (error) {
    throw new AppError('invalid_cursor', {}, { cause: error })
  }
  const fits =
    Array.isArray(parts) &&
    parts.length === kinds.length &&
    kinds.every((kind, index) => checks[kind](parts[index]))
  if (!fits) throw new AppError('invalid_cursor')
  return parts as unknown[]
}

/** Cuts the one row too many that tells whether there is a next page. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  map: (row: R) => T,
  cursorOf: (row: R) => readonly CursorPart[],
): { items: T[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return { items: shown.map(map), next_cursor: more ? encodeCursor(cursorOf(last)) : null }
}
