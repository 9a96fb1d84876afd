// Query strings as values for a schema. Unlike the decoders of frameworks it guesses nothing: a number is a number only when it is
// written the one usual way, and what is given twice or not known is refused.
import type { TObject, TSchema } from 'typebox'
import { AppError } from '../core/errors.ts'
import { cutText } from '../core/text/cut-text.ts'
import type { Fault } from './faults.ts'
import { checkText } from './json.ts'

/**
 * Reads `a=1&b=x` (without the question mark). Parameters whose schema is an integer or a boolean are converted when they are written
 * exactly (`10`, `-3`, `true`); any other text stays a text, for the check to refuse. Throws `invalid_request` for unknown and
 * repeated parameters, `invalid_encoding` for percent signs that do not encode UTF-8 and for U+0000.
 */
export function decodeQuery(search: string, schema: TObject | undefined): Record<string, unknown> {
  const properties: Readonly<Record<string, TSchema>> = schema?.properties ?? {}
  const values: Record<string, unknown> = {}
  const faults: Fault[] = []
  for (const part of search.split('&')) {
    if (part === '') continue
    const at = part.indexOf('=')
    const name = decodePart(at < 0 ? part : part.slice(0, at))
    const text = at < 0 ? '' : decodePart(part.slice(at + 1))
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (property === undefined)
      faults.push({ path: `/${cutText(name, 100)}`, message: 'is not a known parameter' })
    else if (Object.hasOwn(values, name)) faults.push({ path: `/${name}`, message: 'must be given once' })
    else values[name] = convert(text, property)
  }
  if (faults.length > 0) throw new AppError('invalid_request', { errors: faults.slice(0, 8) })
  return values
}

function decodePart(encoded: string): string {
  try {
    const text = decodeURIComponent(encoded.replaceAll('+', ' '))
    checkText(text)
    return text
  } catch {
    throw new AppError('invalid_encoding')
  }
}

function convert(text: string, schema: TSchema): unknown {
  const type = 'type' in schema ? schema.type : undefined
  if (type === 'integer' && /^(?:0|-?[1-9][0-9]*)$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
