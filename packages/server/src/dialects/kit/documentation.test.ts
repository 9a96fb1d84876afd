// Every dialect's own documentation, below its prefix and on a port of its own.
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { dialects } from '../all.ts'

let server: TestServer

beforeAll(async () => {
  const names = dialects.map(({ name }) => name)
  server = await startTestServer({
    dialects: { enabled: names, ports: Object.fromEntries(names.map((name) => [name, 0])) },
  })
})
afterAll(() => server?.stop())

const places = dialects.flatMap(({ name }) => [`/compat/${name}`, name])
const baseOf = (place: string) =>
  place.startsWith('/') ? server.url + place : `http://127.0.0.1:${server.app.dialectPorts[place]}`

test.each(places)('D1: %s has a valid OpenAPI document with every call', async (place) => {
  const response = await fetch(`${baseOf(place)}/openapi.json`)
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  const source = await response.text()
  const config = await createConfig({
    rules: {
      struct: 'error',
      'no-unresolved-refs': 'error',
      'path-parameters-defined': 'error',
      'no-identical-paths': 'error',
      'security-defined': 'error',
    },
  })
  const problems = await lintFromString({ source, config })
  expect(problems.map(({ message, location }) => [message, location[0]?.pointer])).toEqual([])

  const document = JSON.parse(source)
  const told = Object.entries<object>(document.paths).flatMap(([path, calls]) =>
    Object.keys(calls).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const dialect = dialects.find(({ name }) => place.split('/').at(-1) === name)
  const calls = dialect?.routes.filter((route) => !route.hidden) ?? []
  expect(told.sort()).toEqual(calls.map(({ method, path }) => `${method} ${path}`).sort())
})

describe.each(places)('%s', (place) => {
  test.each(['docs', 'redoc'])('%s is a page whose assets are there', async (page) => {
    const response = await fetch(`${baseOf(place)}/${page}`)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const assets = [...(await response.text()).matchAll(/(?:src|href|spec-url)="([^"]+)"/g)].map(
      ([, url]) => url,
    )
    expect(assets.length).toBeGreaterThan(1)
    for (const url of assets) {
      const asset = await fetch(new URL(url ?? '', response.url))
      await asset.arrayBuffer()
      expect([url, asset.status]).toEqual([url, 200])
    }
  })
})
