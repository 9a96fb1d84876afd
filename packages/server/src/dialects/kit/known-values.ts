// Values of a contract: checked against a schema, and cut to what it names. These contracts overlook what they do not know, so that it must
// go no further than here: the core takes a field of that name for its own.
import type { Static, TSchema } from 'typebox'
import { type Check, compileCheck } from '../../wire/validate.ts'

/** JSON Schema as far as these contracts use it. */
interface Shape {
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly items?: TSchema
  readonly anyOf?: readonly TSchema[]
}

type Cut = (value: unknown) => unknown

/** As `compileCheck`, but that the value is given without the fields that the schema does not name. Throws at once for a schema that cannot be cut to. */
export function compileKnown<S extends TSchema>(schema: S, at = ''): Check<Static<S>> {
  const check = compileCheck(schema, at)
  const cut = cutOf(schema) ?? ((value: unknown) => value)
  return (value) => cut(check(value)) as Static<S>
}

/** Null where there is nothing to cut. */
function cutOf(schema: TSchema): Cut | null {
  const { properties, items, anyOf }: Shape = schema
  if (properties !== undefined) return objectCut(properties)
  if (items !== undefined) return listCut(cutOf(items))
  const [cut = null, ...others] = (anyOf ?? []).map(cutOf).filter((branch) => branch !== null)
  if (others.length > 0) throw new Error('Nothing says which of several objects is meant')
  return cut
}

function objectCut(properties: Readonly<Record<string, TSchema>>): Cut {
  const known = Object.entries(properties).map(([name, property]) => [name, cutOf(property)] as const)
  return (value) => {
    if (!isRecord(value)) return value
    const fields = known.flatMap(([name, cut]) =>
      Object.hasOwn(value, name) ? [[name, cut === null ? value[name] : cut(value[name])] as const] : [],
    )
    return Object.fromEntries(fields)
  }
}

const listCut = (cut: Cut | null): Cut | null =>
  cut === null ? null : (value) => (Array.isArray(value) ? value.map(cut) : value)

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
