// The port of Messenger's own: the web app with its API beside the contract's calls, and its pages for browsers without scripts.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Parley } from '@parley/client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { createGroup } from '../../core/chats/create-group.ts'
import { sendMessage } from '../../core/messages/send-message.ts'
import { formsOf, linksOf, plainPart } from './test/forms.ts'
import { Visitor } from './test/visitor.ts'

const name = 'messenger'
const password = 'password123'
const index = '<!doctype html><html><body><div id="root"></div></body></html>'
const browser = { accept: 'text/html,application/xhtml+xml' }

let server: TestServer
let webRoot: string
let base: string
let number = 0
let alice: { readonly name: string; readonly email: string }
let visitor: Visitor

beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'parley-web-'))
  await writeFile(join(webRoot, 'index.html'), index)
  await writeFile(join(webRoot, 'service-worker.js'), '')
  server = await startTestServer({ dialects: { enabled: [], ports: { [name]: 0 } }, http: { webRoot } })
  base = `http://127.0.0.1:${server.app.dialectPorts[name]}`
})
afterAll(async () => {
  await server?.stop()
  await rm(webRoot, { recursive: true, force: true })
})

const register = async (person: { name: string; email: string }) => {
  const response = await new Visitor(base).form('/api/v1/users/register', { ...person, password })
  expect(response.status).toBe(303)
  return person
}
const logIn = async ({ email }: { email: string }) => {
  const fresh = new Visitor(base)
  expect((await fresh.form('/api/v1/auth/login', { email, password })).status).toBe(303)
  return fresh
}
const pageAt = async (who: Visitor, path: string, language = 'en') => {
  const response = await who.get(path, { ...browser, 'accept-language': language })
  return { response, text: await response.text() }
}

beforeEach(async () => {
  number += 1
  alice = await register({ name: `Alice ${number}`, email: `alice${number}@example.com` })
  visitor = await logIn(alice)
})

/** As the web app's SDK sends them. */
const sdk = () => ({ accept: 'application/json, application/problem+json', origin: base })

test('V11: pages that are made for one person are not kept by a service worker', async () => {
  expect((await fetch(`${base}/service-worker.js`)).status).toBe(404)
  expect((await fetch(`${server.url}/service-worker.js`)).status).toBe(200)
})

describe('two contracts on one port, with the same cookies', () => {
  test('a login by form is a login of the web app: its calls and its socket', async () => {
    const me = await visitor.get('/api/v1/users/me')
    expect([me.status, ((await me.json()) as { user: object }).user]).toEqual([
      200,
      expect.objectContaining({ email: alice.email }),
    ])
    const socket = visitor.socket('/api/v1/ws', { origin: base })
    await socket.send({ type: 'hello' })
    expect(await socket.next({ type: 'ready' })).toMatchObject({ user: { email: alice.email } })
    await socket.close()
  })

  test('a login of the web app is one for forms, pages and the contract’s sockets', async () => {
    const app = new Visitor(base)
    const body = { login: alice.email, password, transport: 'cookie' }
    const response = await app.json('/api/v1/auth/login', body, sdk())
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ user: { email: alice.email }, token_type: 'Bearer' })
    expect([...app.cookies.keys()].sort()).toEqual(['access_token', 'device_token', 'refresh_token'])
    const bob = await register({ name: 'Bob', email: `bob${number}@example.com` })
    const created = await app.form('/api/v1/chats/create', { chat_type: 'personal', participants: bob.email })
    expect(created.headers.get('location')).toBe('/messenger')
    const links = linksOf((await pageAt(app, '/messenger')).text)
    const [address = ''] = Object.entries(links).find(([, text]) => text === 'Bob') ?? []
    const socket = app.socket(`/api/v1/chats${address}`)
    expect(await socket.next({ event: 'history' })).toEqual({ event: 'history', messages: [] })
    await socket.close()
  })

  test('each refreshes and ends the session of the other, and answers in its own words', async () => {
    const app = await visitor.json('/api/v1/auth/refresh', {}, sdk())
    expect([app.status, Object.keys((await app.json()) as object).sort()]).toEqual([
      200,
      ['expires_in', 'session_id', 'token_type', 'user'],
    ])
    const form = await visitor.form('/api/v1/auth/refresh')
    expect([form.status, Object.keys((await form.json()) as object)]).toEqual([200, ['access_token']])

    const ended = await visitor.request('/api/v1/auth/logout', { method: 'POST', headers: sdk() })
    expect([ended.status, ...visitor.cookies.keys()]).toEqual([204, 'device_token'])
    const again = await logIn(alice)
    const left = await again.form('/api/v1/auth/logout')
    expect([left.status, left.headers.get('location')]).toEqual([303, '/'])
    expect([...again.cookies.keys()]).toEqual(['device_token'])
  })

  test('errors have the shape of the contract that was spoken', async () => {
    const app = await visitor.json('/api/v1/auth/login', { login: alice.email, password: 'wrong' }, sdk())
    expect([app.status, app.headers.get('content-type')]).toEqual([
      401,
      'application/problem+json; charset=utf-8',
    ])
    expect(await app.json()).toMatchObject({ code: 'wrong_credentials', retryable: false })
    const form = await visitor.form('/api/v1/auth/login', { email: alice.email, password: 'wrong' })
    expect([form.status, await form.json()]).toEqual([401, { detail: 'Incorrect email or password' }])
  })

  test('the SDK works there: login, a message that the contract’s socket hears, logout', async () => {
    const client = await Parley.login({ url: base }, { login: alice.email, password })
    const { chat } = await client.call('createChat', {
      body: { kind: 'group', title: 'From the SDK', member_ids: [] },
    })
    const socket = visitor.socket(`/api/v1/chats/chat/${chat.id}`)
    await socket.next({ event: 'history' })
    const { message } = await client.call('sendMessage', {
      params: { chat_id: chat.id },
      body: { text: 'hello' },
    })
    expect(await socket.next({ event: 'message' })).toMatchObject({ id: message.id, text: 'hello' })
    await socket.close()
    await client.logout()
    await expect(client.call('listChats')).rejects.toThrow()
  })

  test('logging out with an expired access token ends the session by the other one', async () => {
    const refreshToken = visitor.cookies.get('refresh_token')?.value ?? ''
    visitor.cookies.delete('access_token')
    expect((await visitor.form('/api/v1/auth/logout')).status).toBe(303)
    const late = new Visitor(base)
    const response = await late.form('/api/v1/auth/refresh', {}, { cookie: `refresh_token=${refreshToken}` })
    expect(response.status).toBe(401)
  })
})

describe('pages', () => {
  test.each(['/', '/login', '/register', '/messenger', '/messenger/', '/chat/x', '/group/x'])(
    '%s is the app with a plain part for browsers without scripts, for nobody to keep',
    async (path) => {
      const { response, text } = await pageAt(visitor, path)
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
      expect(text.replace(/<noscript>[\s\S]*<\/noscript>/, '')).toBe(index)
      const policy = response.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("form-action 'self'")
      expect(policy).toContain("style-src 'self'")
      expect(policy).not.toContain('unsafe')
      const style = /<link rel="stylesheet" href="([^"]+)">/.exec(plainPart(text))?.[1] ?? ''
      const sheet = await visitor.get(style)
      expect([sheet.status, sheet.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8'])
      expect(plainPart(text)).not.toMatch(/<script|<style|style=|\son\w+=/)
    },
  )

  test('speak the language of the browser', async () => {
    const stranger = new Visitor(base)
    expect(plainPart((await pageAt(stranger, '/login', 'de,en;q=0.8')).text)).toContain('<h1>Log in</h1>')
    expect(plainPart((await pageAt(stranger, '/login', 'ru-RU,ru;q=0.9,en;q=0.8')).text)).toContain(
      '<h1>Войти</h1>',
    )
  })

  test('say what was wrong with a form, and nothing that somebody put into a link', async () => {
    const stranger = new Visitor(base)
    const wrong = { email: alice.email, password: 'wrong' }
    const refused = await stranger.form('/api/v1/auth/login?from=page', wrong, browser)
    expect(refused.status).toBe(303)
    const { text } = await pageAt(stranger, refused.headers.get('location') ?? '')
    expect(plainPart(text)).toContain('<p class="error" role="alert">Email or password is wrong.</p>')
    for (const error of ['toString', '__proto__', '<b>hacked</b>', 'call +7 900']) {
      const hacked = plainPart((await pageAt(stranger, `/login?error=${encodeURIComponent(error)}`)).text)
      expect(hacked).not.toMatch(/role="alert"|hacked|\+7/)
    }
  })

  test('ask strangers to log in', async () => {
    for (const path of ['/messenger', '/chat/01990000-0000-7000-8000-000000000000']) {
      const page = (await pageAt(new Visitor(base), path)).text
      expect(formsOf(page)).toEqual([
        { action: '/api/v1/auth/login?from=page', fields: { email: '', password: '' } },
      ])
    }
  })
})

test('somebody without scripts registers, logs in, chats, posts, reads and logs out by the forms of the pages alone', async () => {
  const bob = new Visitor(base)
  const send = async (who: Visitor, page: string, action: RegExp, fields: Record<string, string> = {}) => {
    const form = formsOf(page).find((candidate) => action.test(candidate.action))
    if (form === undefined) throw new Error(`no form for ${action}`)
    expect(Object.keys(form.fields)).toEqual(expect.arrayContaining(Object.keys(fields)))
    const headers = {
      ...browser,
      origin: base,
      'sec-fetch-site': 'same-origin',
      'sec-fetch-mode': 'navigate',
    }
    const response = await who.form(form.action, { ...form.fields, ...fields }, headers)
    expect(response.status).toBe(303)
    return (await pageAt(who, response.headers.get('location') ?? '')).text
  }
  const email = `bob${number}@example.com`
  const loginPage = await send(bob, (await pageAt(bob, '/register')).text, /register/, {
    name: 'Bob',
    email,
    password,
  })
  const empty = await send(bob, loginPage, /login/, { email, password })
  expect(plainPart(empty)).toContain('No chats yet')

  const withChat = await send(bob, empty, /chats\/create/, {
    chat_type: 'personal',
    participants: alice.email,
  })
  const [chatPath = ''] = Object.entries(linksOf(withChat)).find(([, text]) => text === alice.name) ?? []
  expect(chatPath).toMatch(/^\/chat\//)
  const sent = await send(bob, (await pageAt(bob, chatPath)).text, /send\?/, { text: 'first\r\nsecond' })
  expect(plainPart(sent)).toContain('<p>first\nsecond</p>')

  const overview = (await pageAt(visitor, '/messenger')).text
  expect(plainPart(overview)).toContain('<strong>unread: 1</strong>')
  const read = await send(visitor, (await pageAt(visitor, chatPath)).text, /read\?/)
  expect(formsOf(read).map(({ action }) => action)).not.toContainEqual(expect.stringMatching(/read\?/))
  expect(plainPart((await pageAt(bob, chatPath)).text)).toContain('· read')

  const group = await send(bob, withChat, /groups\/create/, { name: 'News', group_type: 'public' })
  const posted = await send(bob, group, /post\?/, { text: 'Extra!' })
  expect(plainPart(posted)).toContain('<p>Extra!</p>')
  const groupPath = Object.keys(linksOf((await pageAt(bob, '/messenger')).text)).find((path) =>
    path.startsWith('/group/'),
  )
  const seen = (await pageAt(visitor, groupPath ?? '')).text
  expect(plainPart(seen)).toContain('<p>Extra!</p>')
  expect(formsOf(seen).map(({ action }) => action)).not.toContainEqual(expect.stringMatching(/post\?/))
  const joined = await send(visitor, seen, /join\?/)
  expect(plainPart(joined)).toContain('<p>Extra!</p>')
  expect(formsOf(joined).map(({ action }) => action)).not.toContainEqual(expect.stringMatching(/post\?/))
  const left = await send(visitor, joined, /leave\?/)
  expect(formsOf(left).map(({ action }) => action)).toContainEqual(expect.stringMatching(/join\?/))

  const home = await send(bob, posted, /logout/)
  expect(linksOf(home)).toMatchObject({ '/login': 'Log in', '/register': 'Create an account' })
  expect([...bob.cookies.keys()]).toEqual(['device_token'])
})

test('D11: pages lead on to all chats and groups, and from a chat to all that was said', async () => {
  const { ports } = server.app
  const account = await ports.storage.stores.accounts.findByLogin(alice.email)
  const actor = { userId: account?.me.id ?? '', sessionId: '' }
  const titles = Array.from({ length: 230 }, (_, index) => `group ${index}`)
  const chats = await Promise.all(
    titles.map((title) => createGroup(ports, actor, { title, member_ids: [], posting: 'admins' })),
  )
  const texts = Array.from({ length: 120 }, (_, index) => `message ${index}`)
  const chatId = chats[0]?.chat.id ?? ''
  for (const text of texts) await sendMessage(ports, actor, { chat_id: chatId, text })

  /** What is found in a page and those that its link leads to. */
  const walk = async (path: string, link: string, find: (text: string) => readonly string[]) => {
    const found: string[] = []
    for (let next: string | undefined = path; next !== undefined; ) {
      const { text } = await pageAt(visitor, next)
      found.push(...find(text))
      next = Object.entries(linksOf(text)).find(([, words]) => words === link)?.[0]
    }
    return found.toSorted()
  }
  const groups = (text: string) => Object.values(linksOf(text)).filter((words) => words.startsWith('group '))
  expect(await walk('/messenger', 'More chats and groups', groups)).toEqual(titles.toSorted())
  const said = (text: string) => plainPart(text).match(/message \d+(?=<)/g) ?? []
  expect(await walk(`/group/${chatId}`, 'Older messages', said)).toEqual(texts.toSorted())
  for (const path of ['/messenger?after=nonsense', `/group/${chatId}?skip=nonsense`]) {
    expect(plainPart((await pageAt(visitor, path)).text)).toContain('<main>')
  }
})

test('hostile names and texts are shown as text', async () => {
  const evil = `</noscript><script>alert(1)</script><img src=x onerror=alert(1)>"'&lt;`
  const mallory = await logIn(await register({ name: evil, email: `mallory${number}@example.com` }))
  await mallory.form('/api/v1/groups/create', {
    name: evil,
    group_type: 'private',
    participants: alice.email,
  })
  await mallory.form('/api/v1/chats/create', { chat_type: 'personal', participants: alice.email })
  const paths = Object.keys(linksOf((await pageAt(visitor, '/messenger')).text)).filter((path) =>
    /^\/(chat|group)\//.test(path),
  )
  expect(paths).toHaveLength(2)
  for (const path of paths) {
    const [, kind, id] = path.split('/')
    await mallory.form(`/api/v1/${kind}s/${id}/${kind === 'chat' ? 'send' : 'post'}`, { text: evil })
  }
  for (const path of ['/messenger', ...paths]) {
    const { text } = await pageAt(visitor, path)
    expect(text.match(/<\/noscript>/g)).toHaveLength(1)
    expect(text).not.toMatch(/<script|<img/)
    expect(text).toContain('&lt;/noscript&gt;&lt;script&gt;alert(1)')
  }
})

describe('pages of other origins', () => {
  const foreign = [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, { origin: 'null' }]

  test.each(foreign)('cannot send forms for a visitor, nor log one in or out: %o', async (headers) => {
    const forms: [string, Record<string, string>][] = [
      ['/api/v1/auth/login', { email: alice.email, password }],
      ['/api/v1/auth/logout', {}],
      ['/api/v1/auth/refresh', {}],
      ['/api/v1/groups/create', { name: 'x', group_type: 'public' }],
    ]
    for (const [path, fields] of forms) {
      const response = await visitor.form(path, fields, headers as Record<string, string>)
      expect([path, response.status, response.headers.getSetCookie()]).toEqual([path, 403, []])
    }
    expect((await visitor.get('/api/v1/users/me')).status).toBe(200)
  })

  test('cannot open sockets with a visitor’s cookies', async () => {
    const socket = visitor.socket('/api/v1/messenger/read/status', { origin: 'https://evil.example' })
    await expect(socket.opened).rejects.toThrow('403')
  })
})
