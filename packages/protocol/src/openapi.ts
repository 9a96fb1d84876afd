// The OpenAPI 3.1 document, made from the route table and the error table alone. Pure: the same tables give the same
// document, so that it can be served, diffed and checked in a test.
import type { TObject, TSchema } from 'typebox'
import pkg from '../package.json' with { type: 'json' }
import { costText } from './cost.ts'
import { type ErrorCode, errorCodes, errorRow, Problem } from './errors.ts'
import { budgets } from './limits.ts'
import {
  type ContentAnswer,
  isContent,
  type Method,
  type Route,
  type RouteAuth,
  type RouteName,
  routes,
  type Upload,
} from './rest.ts'
import { createSchemaWriter, type JsonSchema, type SchemaWriter } from './schema-names.ts'

/** Name of the HttpOnly cookie that carries the access token in browsers. */
export const accessCookie = 'parley_access'

/** The header by which a call says whose it is; in small letters, as they are compared. */
export const userHeader = 'parley-user'

/** What an `Idempotency-Key` is: a header has no other characters that everybody between reads alike. */
export const idempotencyKeyPattern = '^[!-~]{1,255}$'

const description = `REST interface of a Parley server. The live half is the WebSocket at \`/api/v1/ws\`, described by \`/asyncapi.json\`.

- JSON in snake_case; times are RFC 3339 in UTC with milliseconds; ids are UUIDs. Unknown fields are refused, nothing is coerced.
- Objects name people by id; answers carry \`users\`, the public profiles that they refer to, once each.
- Files are uploaded as \`multipart/form-data\` with one part named \`file\`, and then sent by their ids. Their bytes come with \`ETag\` and byte ranges.
- Every error is \`application/problem+json\` (RFC 9457). Program against \`code\`; \`retryable\` says whether the same request may succeed later.
- What the caller may not see answers exactly like what does not exist: 404.
- Every call has a cost (\`x-cost\`). A person has ${budgets.person.burst} at once and ${budgets.person.perSecond} more each second, for all sessions and sockets together; beyond it calls are refused with 429 and \`Retry-After\`.`

const tagDescriptions: Record<Route['tag'], string> = {
  auth: 'Accounts, sessions and tokens',
  users: 'Profiles',
  chats: 'Direct chats, groups and announcement channels',
  members: 'Who is in a chat, and with which role',
  messages: 'History, sending, editing, reading',
  files: 'Files that messages carry',
  sync: 'Coming back after an absence',
  demo: 'Demo data, where the server allows it',
}

const socketOnly: readonly ErrorCode[] = ['bad_frame', 'frame_too_large', 'too_fast', 'slow_consumer']

/** Codes that HTTP answers with, by status. */
const codesByStatus = (): Map<number, ErrorCode[]> => {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of errorCodes) {
    if (socketOnly.includes(code)) continue
    const { status } = errorRow(code)
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return byStatus
}

const takesContent = (route: Route): boolean => (route.body ?? route.upload) !== undefined
const servesContent = (route: Route): boolean => Object.values(route.answers).some(isContent)
const servesRanges = (route: Route): boolean => 206 in route.answers
const writes = (route: Route): boolean => route.method !== 'GET'
const hasBodyField = (route: Route, field: string): boolean =>
  isObjectSchema(route.body) && field in route.body.properties

/** Which error statuses a call can answer with, judged by its shape; what is not here is for every call. */
const statusApplies: Readonly<Record<number, (name: RouteName, route: Route) => boolean>> = {
  400: (_, route) => Boolean(route.params ?? route.query ?? takesContent(route)),
  401: (name, route) => route.auth !== 'none' || name === 'login' || name === 'refresh',
  403: (_, route) => writes(route),
  404: (name, route) => route.params !== undefined || name === 'createChat' || name === 'seedDemo',
  405: () => false,
  408: (_, route) => route.upload !== undefined,
  409: (name, route) =>
    writes(route) && (!['auth', 'sync', 'demo'].includes(route.tag) || name === 'register'),
  413: (_, route) => takesContent(route),
  415: (_, route) => takesContent(route),
  416: (_, route) => servesRanges(route),
  422: (name, route) => hasBodyField(route, 'reply_to_id') || name === 'setAvatar',
  507: (_, route) => route.upload !== undefined,
}

function isObjectSchema(schema: TSchema | undefined): schema is TObject {
  return schema !== undefined && 'properties' in schema
}

const requiredOf = (schema: TSchema): readonly string[] =>
  'required' in schema && Array.isArray(schema.required) ? schema.required : []

const parametersOf = (schema: TObject | undefined, place: 'path' | 'query', writer: SchemaWriter) =>
  Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || requiredOf(schema as TObject).includes(name),
    schema: writer.write(property),
  }))

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Instead of `id`: the same key from the same sender gives the same message',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: idempotencyKeyPattern },
}

/** RFC 9110 §14.2 and §13.1.2, for answers that are content. */
const contentHeaders = (route: Route) => (servesRanges(route) ? [rangeHeader, tagHeader] : [tagHeader])
const rangeHeader = {
  name: 'Range',
  in: 'header',
  required: false,
  description: 'One range of bytes, `bytes=0-1023`; several are answered with the whole',
  schema: { type: 'string' },
}
const tagHeader = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'The `ETag` of a former answer',
  schema: { type: 'string' },
}

const claimedUser = {
  name: 'Parley-User',
  in: 'header',
  required: false,
  description:
    'The id of the account that the call is for: with credentials of another one, such as the cookie of whoever logged in since in this browser, it is refused with `other_account`',
  schema: { type: 'string', format: 'uuid' },
}

const successDescription: Readonly<Record<number, string>> = {
  200: 'Done, or there already',
  201: 'Made',
  204: 'Done; there is nothing to tell',
  206: 'The range of bytes that was asked for',
  304: 'What the caller has is right',
}

const answerContent = (answer: TSchema | ContentAnswer | null, writer: SchemaWriter) => {
  if (answer === null) return {}
  // OpenAPI 3.1 §4.8.14.1: for content that is not described by a schema there is none.
  if (isContent(answer)) return { content: { [answer.content]: {} } }
  return { content: { 'application/json': { schema: writer.write(answer) } } }
}

const answersOf = (name: RouteName, route: Route, statuses: Iterable<number>, writer: SchemaWriter) => {
  const successes = Object.entries(route.answers).map(([status, answer]) => [
    status,
    { description: successDescription[Number(status)] ?? 'Done', ...answerContent(answer, writer) },
  ])
  const failures = [...statuses]
    .filter((status) => statusApplies[status]?.(name, route) ?? true)
    .map((status) => [String(status), { $ref: `#/components/responses/Problem${status}` }])
  return Object.fromEntries([...successes, ...failures])
}

const uploadOf = ({ maxBytes, description }: Upload) => ({
  requestBody: {
    required: true,
    description: `${description}; at most ${maxBytes} bytes`,
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object',
          required: ['file'],
          properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
          additionalProperties: false,
        },
      },
    },
  },
})

const bodyOf = ({ body, upload }: Route, writer: SchemaWriter) => {
  if (upload !== undefined) return uploadOf(upload)
  if (body === undefined) return {}
  const required = !isObjectSchema(body) || requiredOf(body).length > 0
  return { requestBody: { required, content: { 'application/json': { schema: writer.write(body) } } } }
}

/** An empty one among them: it may be done without. */
const securityOf = (auth: RouteAuth): Readonly<Record<string, readonly string[]>>[] => {
  if (auth === 'none') return []
  return [{ bearer: [] }, { cookie: [] }, ...(auth === 'optional' ? [{}] : [])]
}

const operationOf = (name: RouteName, route: Route, statuses: Iterable<number>, writer: SchemaWriter) => ({
  operationId: name,
  summary: route.summary,
  'x-cost': costText(route.cost),
  tags: [route.tag],
  security: securityOf(route.auth),
  parameters: [
    ...parametersOf(route.params, 'path', writer),
    ...parametersOf(route.query, 'query', writer),
    ...(name === 'sendMessage' ? [idempotencyKey] : []),
    ...(servesContent(route) ? contentHeaders(route) : []),
    ...(route.auth !== 'none' || name === 'refresh' ? [claimedUser] : []),
  ],
  ...bodyOf(route, writer),
  responses: answersOf(name, route, statuses, writer),
})

const waits = (status: number) => [429, 503, 507].includes(status)
const retryAfter = {
  'Retry-After': { description: 'Seconds to wait before trying again', schema: { type: 'integer' } },
}

/** One shared answer per status, which lists the codes that come with it. */
const problemAnswer = (status: number, codes: readonly ErrorCode[], writer: SchemaWriter): JsonSchema => ({
  description: codes
    .map((code) => `\`${code}\`: ${errorRow(code).title}${errorRow(code).retryable ? ' (retryable)' : ''}`)
    .join('  \n'),
  ...(waits(status) ? { headers: retryAfter } : {}),
  content: {
    'application/problem+json': {
      schema: { allOf: [writer.write(Problem), { properties: { code: { enum: codes } } }] },
    },
  },
})

type HttpVerb = Lowercase<Method>

/** The OpenAPI 3.1 description of every REST call, as plain JSON. */
export const openapi = (): object => {
  const writer = createSchemaWriter()
  const byStatus = codesByStatus()
  const paths: Record<string, Partial<Record<HttpVerb, object>>> = {}
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    const verb = route.method.toLowerCase() as HttpVerb
    const operation = operationOf(name, route, byStatus.keys(), writer)
    paths[route.path] = { ...paths[route.path], [verb]: operation }
  }
  const usable = [...byStatus].filter(([status]) => status !== 405)
  const responses = Object.fromEntries(
    usable.map(([status, codes]) => [`Problem${status}`, problemAnswer(status, codes, writer)]),
  )
  return {
    openapi: '3.1.0',
    info: { title: 'Parley', version: pkg.version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: Object.entries(tagDescriptions).map(([name, text]) => ({ name, description: text })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: accessCookie,
          description: `Browsers on an allowed origin; by TLS it is called \`__Host-${accessCookie}\``,
        },
      },
      responses,
      schemas: writer.components(),
    },
  }
}
