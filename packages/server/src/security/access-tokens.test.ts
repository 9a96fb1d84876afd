// Access tokens against forgers: algorithm swaps, foreign keys, foreign claims, time.
import { createHmac, createSecretKey, generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createAccessTokens } from './access-tokens.ts'
import { deriveKey } from './keys.ts'

const secret = 'a secret of this server, long enough to keep'
const claims = {
  userId: '0190a6f0-0000-7000-8000-000000000001',
  sessionId: '0190a6f0-0000-7000-8000-000000000002',
  generation: 3,
}
const start = Date.parse('2026-01-31T12:00:00.000Z')

function clockAt(time: number) {
  const clock = { time, now: () => new Date(clock.time) }
  return clock
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token with any header and payload, signed by hand. */
function forge(header: object, payload: object, key: Buffer | string, hash = 'sha256'): string {
  const signed = `${encode(header)}.${encode(payload)}`
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`
}

const header = { alg: 'HS256', typ: 'at+jwt' }
const payload = {
  sid: claims.sessionId,
  gen: claims.generation,
  sub: claims.userId,
  iss: 'parley',
  aud: 'parley-api',
  iat: start / 1000,
  exp: start / 1000 + 900,
}
const key = deriveKey(secret, 'access-tokens')
const verify = (token: string) => createAccessTokens(secret, clockAt(start)).verify(token)

describe('A4: access tokens', () => {
  test('a token gives back its claims until it expires', async () => {
    const clock = clockAt(start)
    const tokens = createAccessTokens(secret, clock)
    const token = await tokens.sign(claims)
    expect(await tokens.verify(token)).toEqual(claims)
    clock.time = start + (tokens.lifetimeSeconds - 1) * 1000
    expect(await tokens.verify(token)).toEqual(claims)
    clock.time = start + tokens.lifetimeSeconds * 1000
    expect(await tokens.verify(token)).toBeNull()
  })

  test('a token for longer lives that long', async () => {
    const clock = clockAt(start)
    const tokens = createAccessTokens(secret, clock)
    const token = await tokens.sign(claims, { lifetimeSeconds: 86_400 })
    clock.time = start + 86_399_000
    expect(await tokens.verify(token)).toEqual(claims)
    clock.time = start + 86_400_000
    expect(await tokens.verify(token)).toBeNull()
  })

  test('a forgery by hand with the right key would pass, so the forgeries below fail for their own reasons', async () => {
    expect(await verify(forge(header, payload, key))).toEqual(claims)
    // Those of before do not say of which pair they are.
    const { gen: _, ...former } = payload
    expect(await verify(forge(header, former, key))).toEqual({ ...claims, generation: 0 })
  })

  test('another node with the same secret takes the token, a server with another secret does not', async () => {
    const token = await createAccessTokens(secret, clockAt(start)).sign(claims)
    expect(await createAccessTokens(secret, clockAt(start)).verify(token)).toEqual(claims)
    expect(await createAccessTokens(`${secret}!`, clockAt(start)).verify(token)).toBeNull()
  })

  test.each([
    ['no algorithm', `${encode({ ...header, alg: 'none' })}.${encode(payload)}.`],
    ['no algorithm, with a signature', forge({ ...header, alg: 'none' }, payload, key)],
    ['another algorithm of the same key', forge({ ...header, alg: 'HS512' }, payload, key, 'sha512')],
    ['the server secret itself as key', forge(header, payload, secret)],
    ['the key of another purpose', forge(header, payload, deriveKey(secret, 'refresh-tokens'))],
    ['an empty key', forge(header, payload, '')],
    ['a key named in the header', forge({ ...header, jwk: { kty: 'oct', k: 'AA' } }, payload, Buffer.of(0))],
    ['a key id that is a path', forge({ ...header, kid: '/dev/null' }, payload, '')],
    ['an unknown critical header', forge({ ...header, crit: ['x'], x: 1 }, payload, key)],
    ['another type', forge({ ...header, typ: 'JWT' }, payload, key)],
    ['no type', forge({ alg: 'HS256' }, payload, key)],
    ['another audience', forge(header, { ...payload, aud: 'other' }, key)],
    ['no audience', forge(header, { ...payload, aud: undefined }, key)],
    ['another issuer', forge(header, { ...payload, iss: 'other' }, key)],
    ['no expiry', forge(header, { ...payload, exp: undefined }, key)],
    ['an expiry in the past', forge(header, { ...payload, exp: start / 1000 - 1 }, key)],
    ['an expiry that is no number', forge(header, { ...payload, exp: '9999999999' }, key)],
    ['a start in the future', forge(header, { ...payload, nbf: start / 1000 + 60 }, key)],
    ['no session', forge(header, { ...payload, sid: undefined }, key)],
    ['a session that is no id', forge(header, { ...payload, sid: ['x'] }, key)],
    ['a user that is no id', forge(header, { ...payload, sub: 'root' }, key)],
    ['nothing', ''],
    ['no token', 'x.y.z'],
    ['a very long text', 'a'.repeat(100_000)],
  ])('refuses %s', async (_, token) => {
    expect(await verify(token)).toBeNull()
  })

  test('refuses a token signed by a public-key algorithm', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const token = await new SignJWT(payload)
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .sign(privateKey)
    expect(await verify(token)).toBeNull()
  })

  test('refuses a genuine token with one changed character', async () => {
    const token = await new SignJWT(payload).setProtectedHeader(header).sign(createSecretKey(key))
    expect(await verify(token)).toEqual(claims)
    const [head, body, mac] = token.split('.')
    const other = encode({ ...payload, sub: claims.sessionId })
    expect(await verify(`${head}.${other}.${mac}`)).toBeNull()
    expect(await verify(`${head}.${body}.${mac?.slice(0, -2)}`)).toBeNull()
  })
})
