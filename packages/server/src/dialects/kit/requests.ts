// The parts of a request as the values that a route's schemas ask for. Unlike the canonical API these contracts ignore what they do not
// know, and read forms.
import type { Static, TObject, TSchema } from 'typebox'
import { AppError } from '../../core/errors.ts'
import { checkText, decodeJson } from '../../wire/json.ts'
import { type Check, compileCheck } from '../../wire/validate.ts'
import { compileKnown } from './known-values.ts'
import { multipartFields } from './multipart-fields.ts'
import { type DialectRoute, uuidPattern } from './route.ts'

export interface RequestParts {
  readonly params: unknown
  /** Without the question mark. */
  readonly search: string
  readonly contentType: string
  readonly body: Uint8Array | undefined
}

export interface RequestValues {
  readonly params: Record<string, unknown>
  readonly query: Record<string, unknown>
  readonly body: unknown
}

/**
 * Gives what the route's schemas name, and nothing else. Throws `invalid_request` with paths that begin with the part at fault, `invalid_json`,
 * `invalid_encoding`, `unsupported_media_type`.
 */
export function compileRequest(route: DialectRoute): (parts: RequestParts) => RequestValues {
  const params = compileParams(route.params)
  const query = partOf(route.query, '/query')
  const body = route.body === undefined ? null : compileKnown(route.body, '/body')
  return (parts) => ({
    params: params(parts.params as Record<string, string>),
    query: query(searchOf(parts.search)),
    body: body === null ? undefined : body(decodeBody(route, parts)),
  })
}

/** Parameters of a path. Throws `invalid_request`. */
export function compileParams(
  schema: TObject | undefined,
): (params: Record<string, string>) => Record<string, unknown> {
  const part = partOf(schema, '/path')
  return (params) => part(new URLSearchParams(params))
}

function partOf(
  schema: TObject | undefined,
  at: string,
): (given: URLSearchParams) => Record<string, unknown> {
  if (schema === undefined) return () => ({})
  const check: Check<Static<TObject>> = compileCheck(schema, at)
  return (given) => check(valuesOf(given, schema))
}

function decodeBody(route: DialectRoute, { contentType, body }: RequestParts): unknown {
  const { accepts = 'json' } = route
  const [type = ''] = contentType.toLowerCase().split(';', 1)
  const isMultipart = type.trim() === 'multipart/form-data'
  const isForm = isMultipart || type.trim() === 'application/x-www-form-urlencoded'
  if (isForm ? accepts === 'json' : accepts === 'form' && contentType !== '') {
    throw new AppError('unsupported_media_type')
  }
  const schema = route.body as TObject
  if (isMultipart) return valuesOf(multipartFields(contentType, body ?? new Uint8Array()), schema)
  if (isForm || accepts === 'form') return valuesOf(searchOf(textOf(body)), schema)
  if (body === undefined || body.length === 0) return {}
  return decodeJson(body)
}

function textOf(body: Uint8Array | undefined): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (cause) {
    throw new AppError('invalid_encoding', {}, { cause })
  }
}

function searchOf(search: string): URLSearchParams {
  // URLSearchParams would put U+FFFD in place of what encodes no UTF-8.
  try {
    decodeURIComponent(search.replaceAll('+', ' '))
  } catch {
    throw new AppError('invalid_encoding')
  }
  return new URLSearchParams(search)
}

/** The known fields, the last of repeated ones, with the schema's defaults and with numbers and booleans read where it wants them. */
function valuesOf(given: URLSearchParams, schema: TObject): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(schema.properties)) {
    const text = given.getAll(name).at(-1)
    if (text !== undefined) {
      checkText(text)
      values[name] = convert(text, property)
    } else if ('default' in property) {
      values[name] = property.default
    }
  }
  return values
}

function convert(text: string, schema: TSchema): unknown {
  // The first of several that makes something of the text.
  if ('anyOf' in schema) {
    const branches = schema.anyOf as readonly TSchema[]
    return branches.map((branch) => convert(text, branch)).find((value) => value !== text) ?? text
  }
  const type = 'type' in schema ? schema.type : undefined
  if (type === 'integer' && /^(?:0|-?[1-9][0-9]{0,15})$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  // One id has one text from here on: events find those who hear them by it.
  if ('pattern' in schema && schema.pattern === uuidPattern) return text.toLowerCase()
  return text
}
