// Says in words why a value does not fit a schema. Only for values that were refused already, so it may be slow; it names
// fields and bounds of the schema, never what the client sent in them.
import { visiblePattern } from '@parley/protocol'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { cutText } from '../core/text/cut-text.ts'

/** What is wrong with one place of a value; the path is a JSON pointer (RFC 6901), empty for the value itself. */
export interface Fault {
  readonly path: string
  readonly message: string
}

type SchemaError = ReturnType<typeof Value.Errors>[number]

const maxPathLength = 200

/** More than any bound of the protocol, so that a list or map that is too long still is when only this much of it is looked at. */
const maxLookedAt = 2_000

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'an array',
  null: 'null',
}

/** At most one fault for each place, at least one in all. */
export function faultsOf(schema: TSchema, refused: unknown): Fault[] {
  const value = beginningOf(refused)
  const branch = chooseBranch(schema, value)
  if ('fault' in branch) return [branch.fault]
  const byPath = new Map<string, Fault>()
  for (const fault of Value.Errors(branch.schema, value).flatMap((error) => inWords(branch.schema, error))) {
    const path = cutText(fault.path, maxPathLength)
    if (!byPath.has(path)) byPath.set(path, { path, message: fault.message })
  }
  if (byPath.size === 0) return [{ path: '', message: 'does not fit the schema' }]
  return [...byPath.values()]
}

/** The value with its longest lists and maps cut, so that a hostile megabyte of faults does not hold up the server. */
function beginningOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, maxLookedAt).map(beginningOf)
  if (!isRecord(value)) return value
  const keys = Object.keys(value).slice(0, maxLookedAt)
  return Object.fromEntries(keys.map((key) => [key, beginningOf(value[key])]))
}

/** Of a union of objects told apart by a constant field, only the member that the value claims to be is of interest. */
function chooseBranch(
  schema: TSchema,
  value: unknown,
): { readonly schema: TSchema } | { readonly fault: Fault } {
  const tagged = taggedBranches(schema)
  if (tagged === null) return { schema }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { fault: { path: '', message: 'must be an object' } }
  }
  const tag = Object.entries(value).find(([key]) => key === tagged.key)?.[1]
  const chosen = tagged.branches.find((branch) => branch.tag === tag)
  if (chosen !== undefined) return { schema: chosen.schema }
  const tags = tagged.branches.map((branch) => branch.tag).join(', ')
  return { fault: { path: `/${tagged.key}`, message: `must be one of: ${tags}` } }
}

interface TaggedBranches {
  readonly key: string
  readonly branches: readonly { readonly tag: string; readonly schema: TSchema }[]
}

function taggedBranches(schema: TSchema): TaggedBranches | null {
  const members = arrayAt(schema, 'anyOf')
  const keys = Object.keys(recordAt(members[0], 'properties'))
  for (const key of keys) {
    const branches = members.flatMap((member) => {
      const tag = recordAt(recordAt(member, 'properties'), key).const
      return typeof tag === 'string' ? [{ tag, schema: member as TSchema }] : []
    })
    if (branches.length === members.length) return { key, branches }
  }
  return null
}

function inWords(schema: TSchema, error: SchemaError): Fault[] {
  const path = error.instancePath
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({
        path: `${path}/${name}`,
        message: 'is required',
      }))
    case 'boolean':
      return [{ path, message: 'is not a known field' }]
    // Both only sum up errors that are listed by themselves.
    case 'additionalProperties':
    case 'anyOf':
      return []
    case 'type':
      // Of "a string or null" the null is of no interest to someone who sent neither.
      return error.params.type === 'null' ? [] : [{ path, message: mustBe(error.params.type) }]
    case 'pattern':
      return [{ path, message: patternInWords(schemaAt(schema, error.schemaPath), error.params.pattern) }]
    case 'enum':
      return [{ path, message: `must be one of: ${error.params.allowedValues.join(', ')}` }]
    case 'const':
      return [{ path, message: `must be ${JSON.stringify(error.params.allowedValue)}` }]
    default:
      return [{ path, message: boundInWords(error) }]
  }
}

function boundInWords(error: SchemaError): string {
  switch (error.keyword) {
    case 'minLength':
      return error.params.limit === 1
        ? 'must not be empty'
        : `must have at least ${error.params.limit} characters`
    case 'maxLength':
      return `must have at most ${error.params.limit} characters`
    case 'minimum':
      return `must be at least ${error.params.limit}`
    case 'maximum':
      return `must be at most ${error.params.limit}`
    case 'minItems':
      return `must have at least ${error.params.limit} items`
    case 'maxItems':
      return `must have at most ${error.params.limit} items`
    case 'maxProperties':
      return `must have at most ${error.params.limit} fields`
    default:
      return error.message
  }
}

function mustBe(type: string | readonly string[]): string {
  const names = typeof type === 'string' ? [type] : type
  return `must be ${names.map((name) => typeNames[name] ?? name).join(' or ')}`
}

function patternInWords(schema: unknown, pattern: string | RegExp): string {
  if (String(pattern) === visiblePattern) return 'must not be blank'
  const description = isRecord(schema) ? schema.description : undefined
  return typeof description === 'string' ? `must be as described: ${description}` : `must match ${pattern}`
}

/** The part of the schema that a path of the form `#/properties/x/anyOf/0` points at. */
function schemaAt(schema: TSchema, path: string): unknown {
  const keys = path.split('/').slice(1)
  return keys.reduce<unknown>((at, key) => {
    if (Array.isArray(at)) return at[Number(key)]
    return isRecord(at) ? at[key.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined
  }, schema)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function recordAt(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const found = isRecord(value) ? value[key] : undefined
  return isRecord(found) ? found : {}
}

function arrayAt(value: unknown, key: string): readonly unknown[] {
  const found = isRecord(value) ? value[key] : undefined
  return Array.isArray(found) ? found : []
}
