// P7: what a server that nobody configured lets a stranger do, route by route, of every door. A route without authentication that is not listed
// here fails. Which pages may use cookies is in pages.test.ts.
import { type Route, routes } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { loadConfig } from '../../packages/server/src/cli/config.ts'
import { dialects } from '../../packages/server/src/dialects/all.ts'
import { startServer } from '../../packages/server/src/http/test/start.ts'
import type { TestServer } from '../../packages/server/test/harness.ts'
import { neighbourOf, startUnconfigured, strangers, strangerTo } from './stranger.ts'

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'
const id = '0190a6f0-0000-7000-8000-00000000000a'

interface Open {
  /** What it is for. */
  readonly lets: string
  readonly body?: string
  readonly type?: string
  readonly status: number
}

/** By door, method and path. Registration is open until the operator closes it. */
const open: Readonly<Record<string, Open>> = {
  'canonical POST /api/v1/auth/register': { lets: 'register', body: '{}', type: json, status: 400 },
  'canonical POST /api/v1/auth/login': {
    lets: 'log in',
    body: '{"login":"x","password":"x"}',
    type: json,
    status: 401,
  },
  'canonical POST /api/v1/auth/refresh': {
    lets: 'go on with a session',
    body: '{"refresh_token":"x"}',
    type: json,
    status: 401,
  },
  'canonical POST /api/v1/auth/logout': {
    lets: 'end a session of which one has the refresh token',
    body: '{"refresh_token":"x"}',
    type: json,
    status: 401,
  },
  'canonical POST /api/v1/demo': {
    lets: 'nothing without the operator’s key',
    body: '{}',
    type: json,
    status: 404,
  },
  'chat-application POST /api/v1/users/': { lets: 'register', body: '{}', type: json, status: 422 },
  'chat-application POST /api/v1/users/token': {
    lets: 'log in',
    body: 'username=x&password=x',
    type: form,
    status: 401,
  },
  'chat-application POST /api/v1/token': {
    lets: 'log in',
    body: 'username=x&password=x',
    type: form,
    status: 401,
  },
  'chat-application GET /': { lets: 'be told what this is', status: 200 },
  'chat-backend POST /api/auth/register': { lets: 'register', body: '{}', type: json, status: 422 },
  'chat-backend POST /api/auth/login': { lets: 'log in', body: '{}', type: json, status: 422 },
  'messenger POST /api/v1/users/register': { lets: 'register', body: 'name=x', type: form, status: 422 },
  'messenger POST /api/v1/auth/login': {
    lets: 'log in',
    body: 'email=x&password=x',
    type: form,
    status: 401,
  },
  'messenger POST /api/v1/auth/logout': { lets: 'drop cookies', status: 303 },
  'messenger POST /api/v1/auth/refresh': { lets: 'go on with a session', status: 401 },
  'messenger POST /api/v1/test/test-data': { lets: 'nothing', status: 403 },
  'messenger GET /static/css/plain.css': { lets: 'see the plain pages', status: 200 },
  'messenger-api POST /api/v1/users': { lets: 'register', body: '{}', type: json, status: 422 },
  'messenger-api POST /api/v1/users/login': { lets: 'log in', body: '{}', type: json, status: 422 },
  'messenger-api POST /api/v1/users/refresh': {
    lets: 'go on with a session',
    body: '{}',
    type: json,
    status: 401,
  },
  'messenger-api GET /health/liveness': { lets: 'ask whether it is there', status: 200 },
  'messenger-api GET /health/readiness': { lets: 'ask whether it is there', status: 200 },
  'messenger-api GET /api/v1/health/liveness': { lets: 'ask whether it is there', status: 200 },
  'messenger-api GET /api/v1/health/readiness': { lets: 'ask whether it is there', status: 200 },
  'windi-messenger POST /auth/register': { lets: 'register', body: '{}', type: json, status: 422 },
  'windi-messenger POST /auth/login': { lets: 'log in', body: '{}', type: json, status: 422 },
  'windi-messenger GET /static/index.html': { lets: 'see the page', status: 200 },
  'windi-messenger GET /static/app.js': { lets: 'see the page', status: 200 },
  'windi-messenger GET /static/texts.js': { lets: 'see the page', status: 200 },
  'windi-messenger GET /static/view.js': { lets: 'see the page', status: 200 },
  'windi-messenger GET /static/style.css': { lets: 'see the page', status: 200 },
}

/** Preflights, probes, and the documentation of the API with its readers. */
const ownPaths: readonly string[] = [
  '*',
  '/asyncapi.json',
  '/docs',
  '/docs/favicon-32x32.png',
  '/docs/initializer.js',
  '/docs/swagger-ui-bundle.js',
  '/docs/swagger-ui.css',
  '/healthz',
  '/openapi.json',
  '/problems/:code',
  '/readyz',
  '/redoc',
  '/redoc/redoc.standalone.js',
]

interface Known {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly needsAccount: boolean
  /** The status for whoever shows no token. */
  readonly refusal: number
}

const filled = (path: string): string => path.replaceAll(/\{\w+\}/g, id)
const known: readonly Known[] = [
  ...Object.values(routes as Record<string, Route>).map(({ method, path, auth }) => ({
    name: `canonical ${method} ${path}`,
    method,
    path: filled(path),
    needsAccount: auth === 'user',
    refusal: 401,
  })),
  ...dialects.flatMap(({ name, routes, withoutToken }) =>
    routes.map(({ method, path, auth }) => ({
      name: `${name} ${method} ${path}`,
      method,
      path: `/compat/${name}${filled(path)}`,
      needsAccount: auth === 'user',
      refusal: withoutToken?.unauthenticated?.[0] ?? 401,
    })),
  ),
]

let server: TestServer
beforeAll(async () => {
  server = await startUnconfigured()
})
afterAll(() => server?.stop())

test('P7: every route that needs no account is listed, and nothing else is', () => {
  const free = known.filter(({ needsAccount }) => !needsAccount).map(({ name }) => name)
  expect(free.sort()).toEqual(Object.keys(open).sort())
})

/** Of Fastify's tree, in which a path is continued below by whatever is indented more. */
function pathsOf(tree: string): string[] {
  const above: string[] = []
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods] = /^([│ ]*)[├└]── (\S+)(?: \((.+)\))?/.exec(line) ?? []
    above.splice(indent.length / 4, above.length, part)
    return methods === undefined ? [] : [above.join('')]
  })
}

test('P7: nor has the server any other path of its own than those', async () => {
  const { server } = await startServer()
  const own = pathsOf(server.printRoutes({ commonPrefix: false })).filter(
    (path) => !path.startsWith('/api/v1/'),
  )
  expect([...new Set(own)].sort()).toEqual(ownPaths)
})

describe.each(strangers)('P7: a stranger %s', (stranger) => {
  test('gets nothing of what needs an account', async () => {
    const let_in: string[] = []
    for (const { name, method, path, refusal } of known.filter(({ needsAccount }) => needsAccount)) {
      const { status } = await strangerTo(server.app.port, stranger).ask({ method, path })
      if (status !== refusal) let_in.push(`${name}: ${status}`)
    }
    expect(let_in).toEqual([])
  })

  test('gets of everything else what the list says', async () => {
    const answers: Record<string, number> = {}
    for (const { name, method, path } of known.filter(({ needsAccount }) => !needsAccount)) {
      const { body, type } = open[name] ?? {}
      const { status } = await strangerTo(server.app.port, stranger).ask({
        method,
        path,
        body,
        headers: type === undefined ? {} : { 'content-type': type },
      })
      answers[name] = status
    }
    expect(answers).toEqual(
      Object.fromEntries(Object.entries(open).map(([name, { status }]) => [name, status])),
    )
  })

  test('makes no test accounts, and is told how they are made', async () => {
    const { status, text } = await strangerTo(server.app.port, stranger).ask({
      method: 'POST',
      path: '/compat/messenger/api/v1/test/test-data',
    })
    expect(status).toBe(403)
    expect(JSON.parse(text)).toEqual({ detail: expect.stringContaining('PARLEY_DEMO=1') })
  })

  test('sees no figures of the server', async () => {
    for (const path of ['/metrics', '/metrics/', '//metrics', '/metrics?x=1', '/compat/messenger/metrics']) {
      expect((await strangerTo(server.app.port, stranger).ask({ method: 'GET', path })).text).not.toContain(
        'parley_',
      )
    }
  })
})

test('P7: a socket without a token is closed, whichever it is', async () => {
  const paths = dialects.flatMap(({ name, sockets }) =>
    sockets.map(({ path }) => `/compat/${name}${filled(path)}`),
  )
  expect(paths.length).toBeGreaterThan(5)
  for (const path of paths) {
    const socket = new WebSocket(`ws://127.0.0.1:${server.app.port}${path}`, {
      headers: { via: '1.1 somebody' },
    })
    const heard: string[] = []
    socket.on('message', (data) => heard.push(data.toString()))
    const closed = await new Promise((resolve) => {
      socket.once('close', () => resolve(true)).once('error', () => resolve(true))
    })
    expect(closed).toBe(true)
    expect(heard.filter((text) => /"(users|chats|messages)"/.test(text))).toEqual([])
  }
})

describe('P7: on the server’s own machine', () => {
  test('the calls of the documents work as they are written', async () => {
    const made = await neighbourOf(server.app.port).ask({
      method: 'POST',
      path: '/compat/messenger/api/v1/test/test-data',
    })
    expect(made.status).toBe(200)
  })
})

describe('P7: test data is made', () => {
  test.each([
    [{}, 'own machine'],
    [{ NODE_ENV: 'production' }, 'own machine'],
    [{ PARLEY_REGISTRATION: 'closed' }, 'nobody'],
    [{ PARLEY_PUBLIC_URL: 'https://chat.example.org' }, 'nobody'],
    [{ PARLEY_TRUSTED_PROXIES: 'loopback' }, 'nobody'],
    [{ PARLEY_REGISTRATION: 'closed', PARLEY_DEMO: '1' }, 'everyone'],
  ])('with %j for: %s', (environment, who) => expect(loadConfig(environment).testData).toBe(who))
})
