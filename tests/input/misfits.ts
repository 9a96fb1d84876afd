// From a schema and a value that fits it: values that nearly fit. Whether one really does not is asked of the schema itself, so
// that nothing here has to know more about fields than their bounds.
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

export interface Misfit {
  /** Where, and what is there instead. */
  readonly what: string
  readonly value: unknown
}

/** JSON Schema as far as the protocol uses it. */
interface Shape {
  readonly anyOf?: readonly Shape[]
  readonly properties?: Readonly<Record<string, Shape>>
  readonly patternProperties?: Readonly<Record<string, Shape>>
  readonly items?: Shape
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly maxProperties?: number
  readonly minimum?: number
  readonly maximum?: number
}

/** Of every type that JSON has, and what looks like another type. */
const ofEveryType: readonly unknown[] = [
  'text',
  '',
  ' ',
  '1',
  'true',
  'null',
  0,
  -1,
  1.5,
  1e300,
  true,
  false,
  null,
  [],
  ['text'],
  [[]],
  {},
  { a: 1 },
]

const surplus = [
  'surplus',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  'ID',
  '$where',
] as const

/** Values that differ from the fitting one in one place, and do not fit. */
export function misfitsOf(schema: TSchema, fitting: unknown): Misfit[] {
  const check = Compile(schema)
  if (!check.Check(fitting)) throw new Error(`does not fit: ${JSON.stringify(fitting)}`)
  return variantsOf(schema as Shape, fitting, '').filter(({ value }) => !check.Check(value))
}

function variantsOf(shape: Shape, fitting: unknown, at: string): Misfit[] {
  const here = [...ofEveryType, ...beyondBounds(shape, fitting)].map((value) => ({
    what: said(at, value),
    value,
  }))
  if (shape.anyOf !== undefined) {
    return [...here, ...shape.anyOf.flatMap((branch) => inside(branch, fitting, at))]
  }
  return [...here, ...inside(shape, fitting, at)]
}

function inside(shape: Shape, fitting: unknown, at: string): Misfit[] {
  if (Array.isArray(fitting)) return inArray(shape, fitting, at)
  if (isRecord(fitting)) return inObject(shape, fitting, at)
  return beyondBounds(shape, fitting).map((value) => ({ what: said(at, value), value }))
}

function inArray(shape: Shape, fitting: readonly unknown[], at: string): Misfit[] {
  const [first] = fitting
  if (shape.items === undefined || first === undefined) return []
  return variantsOf(shape.items, first, `${at}/0`).map(({ what, value }) => ({
    what,
    value: [value, ...fitting.slice(1)],
  }))
}

function inObject(shape: Shape, fitting: Readonly<Record<string, unknown>>, at: string): Misfit[] {
  const misfits: Misfit[] = []
  for (const [key, value] of Object.entries(fitting)) {
    const { [key]: _, ...rest } = fitting
    const property = shape.properties?.[key] ?? Object.values(shape.patternProperties ?? {})[0] ?? {}
    misfits.push({ what: `${at}/${key} is missing`, value: rest })
    misfits.push({ what: `${at}/${key} is called otherwise`, value: { ...rest, [`${key}_`]: value } })
    for (const variant of variantsOf(property, value, `${at}/${key}`)) {
      misfits.push({ what: variant.what, value: { ...fitting, [key]: variant.value } })
    }
  }
  for (const key of surplus) {
    misfits.push({ what: `${at}/${key} is added`, value: withKey(fitting, key) })
  }
  return misfits
}

/** As JSON.parse makes it: an own property, whatever its name. */
const withKey = (fitting: object, key: string): unknown =>
  JSON.parse(
    JSON.stringify(fitting).replace(
      '{',
      `{${JSON.stringify(key)}:1${Object.keys(fitting).length > 0 ? ',' : ''}`,
    ),
  )

function beyondBounds(shape: Shape, fitting: unknown): unknown[] {
  const values: unknown[] = []
  if (shape.minLength !== undefined) values.push('x'.repeat(shape.minLength - 1))
  if (shape.maxLength !== undefined) values.push('x'.repeat(shape.maxLength + 1))
  if (shape.minimum !== undefined) values.push(shape.minimum - 1)
  if (shape.maximum !== undefined) values.push(shape.maximum + 1)
  if (Array.isArray(fitting)) {
    const item: unknown = fitting[0]
    if (shape.maxItems !== undefined) values.push(Array.from({ length: shape.maxItems + 1 }, () => item))
    if (shape.minItems !== undefined) values.push(fitting.slice(0, shape.minItems - 1))
  }
  if (typeof fitting === 'string') {
    values.push(
      fitting.toUpperCase(),
      ` ${fitting}`,
      `${fitting}\n`,
      `${fitting}0`,
      fitting.slice(1),
      '\u00a0\u3000\ufeff',
    )
  }
  return values
}

const said = (at: string, value: unknown): string =>
  `${at || 'the whole'} is ${(JSON.stringify(value) ?? 'undefined').slice(0, 50)}`

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The places of all texts in a value, each with a way to put another text there. */
export function textsIn(
  value: unknown,
  at = '',
): { readonly at: string; readonly put: (text: string) => unknown }[] {
  if (typeof value === 'string') return [{ at, put: (text) => text }]
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      textsIn(item, `${at}/${index}`).map((place) => ({
        at: place.at,
        put: (text: string) => value.with(index, place.put(text)),
      })),
    )
  }
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([key, item]) => [
    ...textsIn(item, `${at}/${key}`).map((place) => ({
      at: place.at,
      put: (text: string) => ({ ...value, [key]: place.put(text) }),
    })),
    { at: `the name of ${at}/${key}`, put: (text: string) => ({ ...value, [`${key}${text}`]: item }) },
  ])
}
