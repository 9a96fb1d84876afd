// From bytes to a JSON value whose texts the server can store: the same for HTTP bodies and socket frames. What shape the value
// must have is the business of validate.ts.
import { AppError } from '../core/errors.ts'

/** Values nest at most this deep, so that whatever walks them later needs no bound of its own. */
export const maxJsonDepth = 64

/**
 * Decodes UTF-8 JSON. Throws `invalid_encoding` for bytes that are not UTF-8 and for any text or key that holds U+0000 (which
 * PostgreSQL cannot store) or half of a surrogate pair, `invalid_json`, and `invalid_request` beyond `maxJsonDepth`. Keys
 * like `__proto__` become plain own properties, for the schema to refuse.
 */
export function decodeJson(source: Uint8Array | string): unknown {
  const value = parse(typeof source === 'string' ? source : decodeUtf8(source))
  checkValue(value, 0)
  return value
}

/** Throws `invalid_encoding` for a text that cannot be stored and returned as it is. */
export function checkText(text: string): void {
  if (!text.isWellFormed() || text.includes('\u0000')) throw new AppError('invalid_encoding')
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('invalid_encoding', {}, { cause })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Without the cause: the parser's message quotes the text.
    throw new AppError('invalid_json')
  }
}

function checkValue(value: unknown, depth: number): void {
  if (typeof value === 'string') checkText(value)
  if (typeof value !== 'object' || value === null) return
  if (depth === maxJsonDepth) {
    throw new AppError('invalid_request', {
      limit: maxJsonDepth,
      errors: [{ path: '', message: `must not nest deeper than ${maxJsonDepth} levels` }],
    })
  }
  if (Array.isArray(value)) {
    for (const item of value) checkValue(item, depth + 1)
    return
  }
  for (const key of Object.keys(value)) {
    checkText(key)
    checkValue((value as Record<string, unknown>)[key], depth + 1)
  }
}
