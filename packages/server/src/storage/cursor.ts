// Opaque positions in paged lists: which list, and the sort key of the last item given. They hold nothing that the page did
// not show, so they are not signed, but a changed one is either a valid position or refused.
import { Buffer } from 'node:buffer'
import { idPattern } from '@parley/protocol'
import { AppError } from '../core/errors.ts'

interface FieldValues {
  id: string
  text: string
  time: Date
  timeOrNull: Date | null
}

type Field = keyof FieldValues
type Values<F extends readonly Field[]> = { readonly [I in keyof F]: FieldValues[F[I]] }

/** The cursors of one list. */
export interface CursorCodec<F extends readonly Field[]> {
  encode(values: Values<F>): string
  /** Throws `invalid_cursor` for anything that `encode` of this list does not give. */
  decode(cursor: string): Values<F>
}

/** `list` names the list, so that the cursor of one is refused by another. */
export function cursorCodec<const F extends readonly Field[]>(list: string, fields: F): CursorCodec<F> {
  return {
    encode: (values) => Buffer.from(JSON.stringify([list, ...values])).toString('base64url'),
    decode(cursor) {
      const parts = parse(cursor)
      if (parts === null || parts.length !== fields.length + 1 || parts[0] !== list) throw invalidCursor()
      // One value of its kind for each field, which is what Values says.
      return fields.map((field, index) => readers[field](parts[index + 1])) as unknown as Values<F>
    },
  }
}

/** Cuts what was read for a page, one item more than its limit, and gives the cursor behind its last item. */
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
): { readonly rows: readonly Row[]; readonly next_cursor: string | null } {
  const last = rows[limit - 1]
  if (rows.length <= limit || last === undefined) return { rows, next_cursor: null }
  return { rows: rows.slice(0, limit), next_cursor: cursorOf(last) }
}

const invalidCursor = () => new AppError('invalid_cursor')
const isId = new RegExp(idPattern)

function parse(cursor: string): unknown[] | null {
  const json = Buffer.from(cursor, 'base64url')
  // The decoder skips what is not base64url; only the one spelling that `encode` gives is a cursor.
  if (json.toString('base64url') !== cursor) return null
  try {
    const parts: unknown = JSON.parse(json.toString('utf8'))
    return Array.isArray(parts) ? parts : null
  } catch {
    return null
  }
}

const readers: { readonly [K in Field]: (part: unknown) => FieldValues[K] } = {
  id(part) {
    if (typeof part !== 'string' || !isId.test(part)) throw invalidCursor()
    return part
  },
  text(part) {
    // The database cannot compare with U+0000.
    if (typeof part !== 'string' || part.includes('\0') || !part.isWellFormed()) throw invalidCursor()
    return part
  },
  time(part) {
    // Years of four digits; the database does not know all others of a Date.
    const time = new Date(typeof part === 'string' && part.length === 24 ? part : Number.NaN)
    if (Number.isNaN(time.getTime()) || time.toISOString() !== part) throw invalidCursor()
    return time
  },
  timeOrNull: (part) => (part === null ? null : readers.time(part)),
}
