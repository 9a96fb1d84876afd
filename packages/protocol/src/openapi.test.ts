import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { errorCodes, errorTable } from './errors.ts'
import { openapi } from './openapi.ts'
import { isContent, type Route, routes } from './rest.ts'

interface Operation {
  operationId: string
  summary: string
  security: object[]
  parameters: { name: string; in: string; required: boolean }[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }> }>
}
interface Document {
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, object>
    responses: Record<string, { description: string }>
    securitySchemes: Record<string, object>
  }
}

const document = openapi() as Document
const operation = (route: Route): Operation | undefined =>
  document.paths[route.path]?.[route.method.toLowerCase()]
const entries: [string, Route][] = Object.entries(routes)

const lint = async (source: object) => {
  const config = await createConfig({
    rules: {
      struct: 'error',
      'no-unresolved-refs': 'error',
      'no-unused-components': 'error',
      'path-parameters-defined': 'error',
      'operation-operationId-unique': 'error',
      'no-identical-paths': 'error',
    },
  })
  const problems = await lintFromString({ source: JSON.stringify(source), config })
  return problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)
}

test('the document is valid OpenAPI 3.1, every reference resolves and every component is used', async () => {
  expect(await lint(document)).toEqual([])
})

test('the validator would see a broken document', async () => {
  expect(await lint({ ...document, servers: 'nowhere' })).not.toEqual([])
  expect(await lint({ ...document, components: {} })).not.toEqual([])
})

test.each(entries)('the call %s stands in the document with all its parts', (name, route) => {
  const found = operation(route)
  expect(found?.operationId).toBe(name)
  expect(found?.summary).toBe(route.summary)
  expect(found?.security.length).toBe({ none: 0, user: 2, optional: 3 }[route.auth])
  const { body, upload } = route
  const takes = upload === undefined ? 'application/json' : 'multipart/form-data'
  expect(Object.keys(found?.requestBody?.content ?? {})).toEqual(
    (body ?? upload) === undefined ? [] : [takes],
  )
  const declared = (place: string) => found?.parameters.filter((p) => p.in === place).map((p) => p.name)
  expect(declared('path')).toEqual([...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))
  expect(declared('query')).toEqual(Object.keys(route.query?.properties ?? {}))
  for (const [status, answer] of Object.entries(route.answers)) {
    const types = Object.keys(found?.responses[status]?.content ?? {})
    const promised = isContent(answer) ? answer.content : 'application/json'
    expect(types, status).toEqual(answer === null ? [] : [promised])
  }
})

test('the document has no call beyond the route table', () => {
  const count = Object.values(document.paths).flatMap((item) => Object.keys(item)).length
  expect(count).toBe(entries.length)
})

test('every error that HTTP can answer with is listed under its status', () => {
  const listed = Object.values(document.components.responses)
    .map((response) => response.description)
    .join('\n')
  const elsewhere = ['bad_frame', 'frame_too_large', 'too_fast', 'slow_consumer', 'method_not_allowed']
  const missing = errorCodes.filter((code) => !listed.includes(`\`${code}\``))
  expect(missing.toSorted()).toEqual(elsewhere.toSorted())
  expect(document.components.responses[`Problem${errorTable.chat_full.status}`]?.description).toContain(
    '`chat_full`',
  )
})

test('the success statuses of the route table and the errors never share a status', () => {
  for (const [, route] of entries) {
    const found = operation(route)
    for (const status of Object.keys(route.answers)) expect(found?.responses[status]?.$ref).toBeUndefined()
  }
})

test('entities are referred to, not repeated: no schema of the components stands anywhere else', () => {
  const bodies = JSON.stringify(document.paths)
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    if (name === 'Seq' || name === 'Version') continue
    expect(bodies, name).not.toContain(JSON.stringify(schema))
  }
})

test('every schema is valid JSON Schema 2020-12 and can be compiled', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  ajv.addSchema({ $id: 'https://example.com/openapi.json', components: document.components })
  for (const name of Object.keys(document.components.schemas)) {
    const check = ajv.compile({ $ref: `https://example.com/openapi.json#/components/schemas/${name}` })
    expect(typeof check).toBe('function')
  }
  const problem = ajv.compile({ $ref: 'https://example.com/openapi.json#/components/schemas/Problem' })
  expect(problem({ type: 'about:blank', title: 'x', status: 404 })).toBe(false)
})

test('the document is the same every time, and plain JSON', () => {
  expect(openapi()).toEqual(document)
  expect(JSON.parse(JSON.stringify(document))).toEqual(document)
})
