// The OpenAPI 3.1 document of a dialect, made from its routes.
import type { TObject, TSchema } from 'typebox'
import type { Dialect } from './dialect.ts'
import type { ErrorMap } from './errors.ts'
import type { DialectRoute } from './route.ts'

type Json = Record<string, unknown>

const text = { type: 'string' }
const fault = {
  type: 'object',
  required: ['loc', 'msg', 'type'],
  properties: { loc: { type: 'array', items: { type: ['string', 'integer'] } }, msg: text, type: text },
}

/** Paths are below the base; whatever is mounted twice stands once. */
export function openapiOf(dialect: Dialect, base: string): Json {
  const paths: Record<string, Json> = {}
  for (const route of dialect.routes) {
    if (route.hidden) continue
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(dialect, route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: dialect.title, version: '1.0.0', description: dialect.description },
    servers: [{ url: `${base}/` }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        ...(dialect.cookies === undefined
          ? {}
          : { cookie: { type: 'apiKey', in: 'cookie', name: dialect.cookies.access } }),
      },
      schemas: {
        HTTPException: { type: 'object', required: ['detail'], properties: { detail: text } },
        HTTPValidationError: {
          type: 'object',
          required: ['detail'],
          properties: { detail: { type: 'array', items: fault } },
        },
      },
    },
  }
}

function operationOf(dialect: Dialect, route: DialectRoute): Json {
  const { auth, params, query } = route
  const cookie = dialect.cookies === undefined ? [] : [{ cookie: [] }]
  return {
    summary: route.summary,
    security: auth === 'user' ? [{ bearer: [] }, ...cookie] : [],
    parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')],
    ...bodyOf(route),
    responses: { ...answersOf(route), ...refusalsOf(dialect, route) },
  }
}

const parametersOf = (schema: TObject | undefined, place: 'path' | 'query') =>
  Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || requiredOf(schema).includes(name),
    schema: plain(property),
  }))

const requiredOf = (schema: TSchema | undefined): readonly unknown[] =>
  schema !== undefined && 'required' in schema && Array.isArray(schema.required) ? schema.required : []

function bodyOf({ body, accepts = 'json', upload }: DialectRoute): Json {
  if (upload) {
    const file = { type: 'string', contentMediaType: 'application/octet-stream' }
    const schema = { type: 'object', required: ['file'], properties: { file } }
    return { requestBody: { required: true, content: { 'multipart/form-data': { schema } } } }
  }
  if (body === undefined) return {}
  const schema = plain(body)
  const content = {
    ...(accepts === 'form' ? {} : { 'application/json': { schema } }),
    ...(accepts === 'json'
      ? {}
      : { 'application/x-www-form-urlencoded': { schema }, 'multipart/form-data': { schema } }),
  }
  // Where no field has to be there, nothing counts as an object without any.
  return { requestBody: { required: requiredOf(body).length > 0, content } }
}

const answersOf = ({ answers }: DialectRoute): Json =>
  Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      {
        description: Number(status) >= 300 ? 'Goes on to another page' : 'Done',
        ...(schema === null ? {} : { content: { 'application/json': { schema: plain(schema) } } }),
      },
    ]),
  )

function refusalsOf(dialect: Dialect, route: DialectRoute): Json {
  const unsaid = route.auth === 'user' ? wordsOf(dialect.withoutToken ?? {}) : []
  const words = [...unsaid, ...wordsOf(dialect.errors), ...wordsOf(route.errors ?? {})]
  const own = Map.groupBy(
    words.filter(([status]) => status !== 401 || route.auth === 'user'),
    ([status]) => status,
  )
  const refusals = [...own].map(([status, entries]) => [
    String(status),
    refusal('HTTPException', [...new Set(entries.map(([, detail]) => detail))].join('; ')),
  ])
  const hasInput = [route.params, route.query, route.body].some((schema) => schema !== undefined)
  return {
    ...(route.auth === 'user' ? { 401: refusal('HTTPException', 'Not authenticated') } : {}),
    ...(hasInput ? { 422: refusal('HTTPValidationError', 'Validation Error') } : {}),
    ...Object.fromEntries(refusals),
  }
}

const wordsOf = (map: ErrorMap): (readonly [status: number, detail: string])[] => Object.values(map)

const refusal = (schema: string, description: string): Json => ({
  description,
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
})

/** JSON Schema without what the schema library adds for itself. */
const plain = (schema: TSchema): unknown =>
  JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key.startsWith('~') ? undefined : value)))
