// What the OpenAPI document of a dialect says of its answers, held against what it answers: no field is missing, null or of another type where
// the document does not say so, and none is there that it does not name.
import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { dialects } from '../../../packages/server/src/dialects/all.ts'
import { openapiOf } from '../../../packages/server/src/dialects/kit/openapi.ts'

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: TSchema }>> }>
  >
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

interface Shape {
  readonly method: string
  readonly path: RegExp
  readonly status: number
  readonly check: Validator
  /** Of an item where the answer is a list, with whatever stands beside what it names. */
  readonly item: Validator | null
}

const shapes = new Map(
  dialects.map((dialect) => [dialect.name, shapesOf(openapiOf(dialect, '') as unknown as Document)]),
)

function shapesOf({ paths }: Document): Shape[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { responses }]) =>
      Object.entries(responses).flatMap(([status, { content }]) => {
        const schema = content?.['application/json']?.schema
        if (schema === undefined || Number(status) >= 300) return []
        return [
          {
            method: method.toUpperCase(),
            path: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+').replace(/\/$/, '')}/?$`),
            status: Number(status),
            check: Compile(closed(schema)),
            item: 'items' in schema ? Compile(schema.items as TSchema) : null,
          },
        ]
      }),
    ),
  )
}

/** The same, with nothing besides what it names. */
function closed(schema: TSchema): TSchema {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && 'properties' in value
  return JSON.parse(
    JSON.stringify(schema, (_, value: unknown) =>
      isObject(value) ? { ...(value as object), additionalProperties: false } : value,
    ),
  )
}

/** `path` is below the base. Throws for an answer that is not what the document says of it. */
export function expectShape(
  dialect: string,
  method: string,
  path: string,
  status: number,
  body: unknown,
): void {
  const { check } = shapeOf(dialect, method, path, status)
  expectFit(check, body, `${dialect} ${method} ${path} ${status}`)
}

/** An item of the list that the call answers with, wherever else it stands: in a frame beside other fields. Throws for what is none. */
export function expectItem(dialect: string, path: string, value: unknown): void {
  const { item } = shapeOf(dialect, 'GET', path, 200)
  if (item === null) throw new Error(`${path} gives no list`)
  expectFit(item, value, `a frame of ${dialect}`)
}

function shapeOf(dialect: string, method: string, path: string, status: number): Shape {
  const found = shapes
    .get(dialect)
    ?.find((shape) => shape.method === method && shape.status === status && shape.path.test(path))
  if (found === undefined) throw new Error(`The document of ${dialect} has no ${status} of ${method} ${path}`)
  return found
}

function expectFit(check: Validator, value: unknown, what: string): void {
  if (check.Check(value)) return
  const faults = [...check.Errors(value)].map(({ instancePath, message }) => `${instancePath} ${message}`)
  throw new Error(`${what} is not what the document says: ${faults.join('; ')} in ${JSON.stringify(value)}`)
}
