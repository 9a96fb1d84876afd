// From bytes to a JSON value whose texts the server can store: the same for HTTP bodies and socket frames. What shape the value
// must have is the business of validate.ts.
import { AppError } from '../core/errors.ts'

/** Values nest at most this deep, so that whatever walks them later needs no bound of its own. */
export const maxJsonDepth = 64

/** Values of one text: more than anything that fits a schema has. */
const maxJsonValues = 4_096

/** What is shorter can hold neither too much nor too deep. */
const harmlessLength = 4_096

/**
 * Decodes UTF-8 JSON. Throws `invalid_encoding` for bytes that are not UTF-8 and for any text or key that holds U+0000 (which
 * PostgreSQL cannot store) or half of a surrogate pair, `invalid_json`, and `invalid_request` for what nests deeper than `maxJsonDepth` or holds thousands of values, before a long text is parsed. Keys
 * like `__proto__` become plain own properties, for the schema to refuse.
 */
export function decodeJson(source: Uint8Array | string): unknown {
  const text = typeof source === 'string' ? source : decodeUtf8(source)
  if (text.length > harmlessLength) requireModest(text)
  const value = parse(text)
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

const [quote, backslash, comma, opening, closing] = [
  0x22,
  0x5c,
  0x2c,
  new Set([0x5b, 0x7b]),
  new Set([0x5d, 0x7d]),
]

/** Goes through the text once, and looks at what is outside of strings. What is no JSON is the parser's to refuse. */
function requireModest(text: string): void {
  let depth = 0
  let values = 1
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at)
    if (character === quote) at = endOfString(text, at)
    else if (character === comma) values += 1
    else if (opening.has(character)) depth += 1
    else if (closing.has(character)) depth -= 1
    if (depth > maxJsonDepth) throw tooDeep()
    if (values > maxJsonValues)
      throw tooMuch(maxJsonValues, `must not hold more than ${maxJsonValues} values`)
  }
}

/** The index of the quotation mark that ends the string, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0
    while (text.charCodeAt(at - 1 - backslashes) === backslash) backslashes += 1
    if (backslashes % 2 === 0) return at
  }
  return text.length
}

const tooMuch = (limit: number, message: string): AppError =>
  new AppError('invalid_request', { limit, errors: [{ path: '', message }] })

const tooDeep = (): AppError => tooMuch(maxJsonDepth, `must not nest deeper than ${maxJsonDepth} levels`)

function checkValue(value: unknown, depth: number): void {
  if (typeof value === 'string') checkText(value)
  if (typeof value !== 'object' || value === null) return
  if (depth === maxJsonDepth) throw tooDeep()
  if (Array.isArray(value)) {
    for (const item of value) checkValue(item, depth + 1)
    return
  }
  for (const key of Object.keys(value)) {
    checkText(key)
    checkValue((value as Record<string, unknown>)[key], depth + 1)
  }
}
