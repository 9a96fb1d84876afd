// The program that the document came from: its calls about accounts, and the pages that make them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestServer } from '../../../test/harness.ts'
import { type ProgramClient, type ProgramPerson, password } from './test/program-client.ts'
import { openStage, places } from './test/program-stage.ts'

describe.each(places)('D1: %s', (place) => {
  let server: TestServer
  let client: ProgramClient
  let ann: ProgramPerson
  let ben: ProgramPerson

  beforeAll(async () => {
    ;({ server, client, ann, ben } = await openStage(place))
  })
  afterAll(() => server?.stop())

  test('accounts are registered once, and logged in by it', async () => {
    const account = { email: `new@example.com`, name: 'Новый', password }
    const made = await client.register(account)
    expect([made.status, made.body]).toMatchObject([
      200,
      {
        id: expect.any(Number),
        email: account.email,
        name: account.name,
        city: null,
        avatar: null,
        access_token: expect.any(String),
      },
    ])
    const me = await client.call('GET', '/api/users/me', made.body.access_token)
    const { access_token, token_type, ...user } = made.body
    expect([me.status, me.body]).toEqual([200, user])
    const again = await client.register({ ...account, name: 'Другой' })
    expect([again.status, again.body]).toEqual([400, { detail: 'Email already registered' }])
  })

  test.each(['email', 'name', 'password'])('accounts are not registered without %s', async (missing) => {
    const { [missing]: _, ...rest }: Record<string, string> = {
      email: `half@example.com`,
      name: 'Half',
      password,
    }
    const { status, body } = await client.register(rest)
    expect([status, body.detail[0]?.loc]).toEqual([422, ['body', missing]])
  })

  test('accounts log in by query, by JSON and by form, by email and by username', async () => {
    const fields = { email: ann.email, password }
    const answers = [
      await client.login(ann.email, password),
      await client.call('POST', `/api/auth/login?email=${encodeURIComponent(ann.email)}`, undefined, {
        password,
      }),
      await client.call('POST', '/api/auth/login', undefined, fields),
      await client.call('POST', '/api/auth/login', undefined, new URLSearchParams(fields)),
      await client.call(
        'POST',
        '/api/auth/login',
        undefined,
        new URLSearchParams({ username: ann.email, password }),
      ),
    ]
    for (const { status, body } of answers) {
      expect([status, body]).toMatchObject([
        200,
        { id: ann.id, email: ann.email, name: ann.name, city: null, avatar: null, token_type: 'bearer' },
      ])
      expect((await client.call('GET', '/api/users/me', body.access_token)).body.id).toBe(ann.id)
    }
  })

  test('accounts log in with a form that is empty beside the query, as one of its clients sends it', async () => {
    const response = await fetch(
      `${client.base}/api/auth/login?${new URLSearchParams({ email: ann.email, password })}`,
      { method: 'POST', body: '', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    )
    await response.arrayBuffer()
    expect(response.status).toBe(200)
  })

  test('accounts do not log in with a wrong password, nor with half of what is wanted', async () => {
    for (const email of [ann.email, `nobody@example.com`]) {
      const wrong = await client.login(email, 'password124')
      expect([wrong.status, wrong.body]).toEqual([401, { detail: 'Invalid credentials' }])
    }
    for (const [search, loc] of [
      [`?email=${encodeURIComponent(ann.email)}`, ['query', 'password']],
      [`?password=${password}`, ['query', 'email']],
    ] as const) {
      const { status, body } = await client.call('POST', `/api/auth/login${search}`)
      expect([status, body.detail[0]?.loc]).toEqual([422, loc])
    }
  })

  test('accounts are listed, oneself left out', async () => {
    const { status, body } = await client.call('GET', '/api/users', ann.token)
    const ids = body.map((user: { id: number }) => user.id)
    expect([status, ids.includes(ben.id), ids.includes(ann.id)]).toEqual([200, true, false])
    expect(body.find((user: { id: number }) => user.id === ben.id)).toMatchObject({
      name: ben.name,
      email: expect.stringContaining('@'),
      city: null,
      avatar: null,
    })
  })

  test('accounts are wanted for every other call', async () => {
    for (const [method, path] of [
      ['GET', '/api/users/me'],
      ['GET', '/api/users'],
      ['GET', '/api/chats'],
      ['POST', '/api/chats'],
      ['GET', `/api/chats/1/messages`],
      ['POST', `/api/chats/1/messages`],
      ['PUT', '/api/messages/1'],
      ['DELETE', '/api/messages/1'],
      ['POST', '/api/messages/1/files'],
    ] as const) {
      expect([method, path, (await client.call(method, path)).status]).toEqual([method, path, 401])
      expect([method, path, (await client.call(method, path, 'bad')).status]).toEqual([method, path, 401])
    }
  })

  test('its page may be at both addresses of the own machine', async () => {
    for (const page of ['http://localhost:3000', 'http://127.0.0.1:3000']) {
      const { headers } = await fetch(`${client.base}/api/auth/login`, {
        method: 'OPTIONS',
        headers: {
          origin: page,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,x-of-its-own',
        },
      })
      expect([
        headers.get('access-control-allow-origin'),
        headers.get('access-control-allow-credentials'),
        headers.get('access-control-allow-headers'),
      ]).toEqual([page, 'true', 'authorization,content-type,x-of-its-own'])
    }
  })
})
