// A4 A5: tokens that this server did not give, or not for this: refused with 401 in a header, a cookie and a hello alike.
import { createHmac, generateKeyPairSync, sign as signWith } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { deriveKey } from '../../packages/server/src/security/keys.ts'
import { Listener } from '../access/listener.ts'
import { frameRefusalOf, refusalOf, Service } from './service.ts'

let service: Service

beforeAll(async () => {
  service = await Service.start()
})
afterEach(() => service.mustStillServe())
afterAll(() => service.stop())

const encode = (part: unknown): string =>
  (typeof part === 'string' ? Buffer.from(part) : Buffer.from(JSON.stringify(part))).toString('base64url')

const now = () => Math.floor(Date.now() / 1000)
const header = { alg: 'HS256', typ: 'at+jwt' }
const claims = () => ({
  sub: service.self.id,
  sid: service.self.sessionId,
  iss: 'parley',
  aud: 'parley-api',
  iat: now(),
  exp: now() + 600,
})
const ownKey = () => deriveKey(service.server.settings.secret, 'access-tokens')

/** Signed like the server's own, unless told otherwise. */
function forge(
  head: object | string,
  payload: object | string,
  key: Buffer | string = ownKey(),
  hash = 'sha256',
): string {
  const signed = `${encode(head)}.${encode(payload)}`
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`
}

function signedByKeyPair(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const signed = `${encode({ ...header, alg: 'RS256' })}.${encode(claims())}`
  return `${signed}.${signWith('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
}

const forgeries: Readonly<Record<string, () => string>> = {
  'without a signature (none)': () => `${encode({ ...header, alg: 'none' })}.${encode(claims())}.`,
  'without a signature (None)': () => `${encode({ ...header, alg: 'None' })}.${encode(claims())}.`,
  'none with a signature': () => forge({ ...header, alg: 'none' }, claims()),
  'of HS512 with the right key': () => forge({ ...header, alg: 'HS512' }, claims(), ownKey(), 'sha512'),
  'that says HS512 and is HS256': () => forge({ ...header, alg: 'HS512' }, claims()),
  'that says HS256 and is HS512': () => forge(header, claims(), ownKey(), 'sha512'),
  'that says RS256 and is HS256': () => forge({ ...header, alg: 'RS256' }, claims()),
  'of a key pair': signedByKeyPair,
  'without an algorithm': () => forge({ typ: 'at+jwt' }, claims()),
  'with a key of its own': () =>
    forge({ ...header, jwk: { kty: 'oct', k: encode('mine') } }, claims(), Buffer.from('mine')),
  'with a path for a key': () => forge({ ...header, kid: '../../../../dev/null' }, claims(), Buffer.alloc(0)),
  'with an unknown critical header': () => forge({ ...header, crit: ['x'], x: 1 }, claims()),
  'of another secret': () =>
    forge(header, claims(), deriveKey('another secret of 32 characters or more', 'access-tokens')),
  'of the bare secret': () => forge(header, claims(), service.server.settings.secret),
  'of the key of refresh tokens': () =>
    forge(header, claims(), deriveKey(service.server.settings.secret, 'refresh-tokens')),
  'that has expired': () => forge(header, { ...claims(), iat: now() - 1000, exp: now() - 1 }),
  'without an end': () => forge(header, { ...claims(), exp: undefined }),
  'with a text for an end': () => forge(header, { ...claims(), exp: 'never' }),
  'without a beginning': () => forge(header, { ...claims(), iat: undefined }),
  'not valid yet': () => forge(header, { ...claims(), nbf: now() + 600 }),
  'of another type': () => forge({ ...header, typ: 'JWT' }, claims()),
  'without a type': () => forge({ alg: 'HS256' }, claims()),
  'for another audience': () => forge(header, { ...claims(), aud: 'another' }),
  'for no audience': () => forge(header, { ...claims(), aud: undefined }),
  'of another issuer': () => forge(header, { ...claims(), iss: 'another' }),
  'of nobody': () => forge(header, { ...claims(), sub: undefined }),
  'of a number': () => forge(header, { ...claims(), sub: 1 }),
  'of no session': () => forge(header, { ...claims(), sid: undefined }),
  'of a session with a strange id': () => forge(header, { ...claims(), sid: "' OR 1=1 --" }),
  'of a session with a list of ids': () => forge(header, { ...claims(), sid: [service.self.sessionId] }),
  'with a list for claims': () => forge(header, []),
  'with null for claims': () => forge(header, 'null'),
  'with text for claims': () => forge(header, 'not json'),
  'with text for a header': () => forge('not json', claims()),
  'that is encrypted': () => `${encode({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`,
  'of one part': () => 'token',
  'of two parts': () => service.self.token.split('.').slice(0, 2).join('.'),
  'of four parts': () => `${service.self.token}.AAAA`,
  'of dots': () => '..',
  'that is a refresh token': () => service.self.refreshToken,
  'that is a user’s id': () => service.self.id,
  'of four thousand characters': () => `${service.self.token}${'A'.repeat(4096 - service.self.token.length)}`,
  'with long claims': () => forge(header, { ...claims(), x: 'x'.repeat(2_000) }),
}

test('a forgery like the server’s own passes, so the others fail for their own reasons', async () => {
  expect((await service.door.call('getMe', forge(header, claims()))).status).toBe(200)
})

describe.each(Object.entries(forgeries))('a token %s', (_, make) => {
  test('is refused everywhere', async () => {
    const token = make()
    expect(refusalOf(await service.door.call('getMe', token))).toBe('unauthenticated')
    const asCookie = {
      method: 'GET',
      path: '/api/v1/users/me',
      headers: { cookie: `parley_access=${token}` },
    }
    expect(refusalOf(await service.door.send(asCookie))).toBe('unauthenticated')
    const listener = new Listener(service.url)
    await listener.opened
    expect(frameRefusalOf(await listener.ask({ type: 'hello', token }))).toBe('unauthenticated')
    expect((await listener.closed).code).toBe(4401)
  })
})

test('a genuine token with any one character changed is refused', async () => {
  const { token } = service.self
  for (let index = 0; index < token.length - 1; index += 7) {
    const other = token[index] === 'A' ? 'B' : 'A'
    const changed = `${token.slice(0, index)}${other}${token.slice(index + 1)}`
    expect(refusalOf(await service.door.call('getMe', changed))).toBe('unauthenticated')
  }
})

test('a token counts only as a bearer token in the header, never in the path', async () => {
  const { token } = service.self
  const path = '/api/v1/users/me'
  for (const authorization of [
    token,
    `Basic ${token}`,
    `Token ${token}`,
    `Bearer`,
    `Bearer  `,
    `Bearer ${token} x`,
    `Bearer ${token},${token}`,
    `Bearer "${token}"`,
  ]) {
    expect(refusalOf(await service.door.send({ method: 'GET', path, headers: { authorization } }))).toBe(
      'unauthenticated',
    )
  }
  for (const query of [`access_token=${token}`, `token=${token}`, `authorization=Bearer%20${token}`]) {
    expect(refusalOf(await service.door.send({ method: 'GET', path: `${path}?${query}` }))).toBe(
      'unauthenticated',
    )
  }
})

test('A5: refresh tokens that this server did not give are refused, and the session lives on', async () => {
  const self = await service.stage.people.arrive('person')
  const [sessionId = '', generation = '', mac = ''] = self.refreshToken.split('.')
  const other = await service.stage.people.arrive('other')
  const [, , otherMac = ''] = other.refreshToken.split('.')
  const candidates = [
    'x',
    '..',
    self.token,
    `${self.refreshToken}.`,
    ` ${self.refreshToken}`,
    `${self.refreshToken}\n`,
    self.refreshToken.toUpperCase(),
    `${sessionId}.${generation}.${mac.slice(1)}A`,
    `${sessionId}.${generation}.${'A'.repeat(43)}`,
    `${sessionId}.${generation}.${otherMac}`,
    `${other.sessionId}.${generation}.${mac}`,
    `${sessionId}.0.${mac}`,
    `${sessionId}.2.${mac}`,
    `${sessionId}.01.${mac}`,
    `${sessionId}.999999999.${mac}`,
    `${sessionId}.-1.${mac}`,
    `${'-'.repeat(36)}.1.${mac}`,
    `${'0'.repeat(36)}.1.${mac}`,
    `${sessionId}.1.`,
    "' OR 1=1 --",
  ]
  for (const refresh_token of candidates) {
    const answer = await service.door.call('refresh', null, { body: { refresh_token } })
    expect([refresh_token, refusalOf(answer)]).toEqual([refresh_token, 'invalid_refresh_token'])
  }
  expect((await service.door.call('getMe', self.token)).status).toBe(200)
  expect(
    (await service.door.call('refresh', null, { body: { refresh_token: self.refreshToken } })).status,
  ).toBe(200)
})
