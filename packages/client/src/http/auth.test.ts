// Tokens: renewed in time, once at a time, and given up only when the server says so.
import { describe, expect, it } from 'vitest'
import { OwnAccount } from '../account.ts'
import { ConnectionError, ParleyError } from '../errors.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { idOf, userOf } from '../testing/model-chat.ts'
import type { Credentials } from '../types.ts'
import { Auth, SessionOver } from './auth.ts'
import type { Exchange } from './transport.ts'

const jwt = (claims: object) =>
  ['{}', JSON.stringify(claims)].map((part) => Buffer.from(part).toString('base64url')).join('.')

const setUp = (credentials: Credentials, expiresIn?: number) => {
  const clock = new FakeClock()
  const exchanges: Exchange[] = []
  const reported: unknown[] = []
  let answer: () => Promise<unknown> = async () => tokens(exchanges.length)
  const auth = new Auth({
    account: new OwnAccount('http://fake', undefined),
    ...{ credentials, clock, origin: 'http://fake', report: (error: unknown) => reported.push(error) },
    ...(expiresIn === undefined ? {} : { expiresIn }),
    transport: (exchange) => {
      exchanges.push(exchange)
      return answer()
    },
  })
  const answerWith = (next: () => Promise<unknown>) => {
    answer = next
  }
  return { auth, clock, exchanges, reported, answerWith }
}
const tokens = (number: number) => ({
  ...{ user: userOf(idOf(1)), session_id: idOf(2), token_type: 'Bearer', expires_in: 900 },
  ...{ access_token: `access ${number}`, refresh_token: `refresh ${number}` },
})
const bearer = (accessToken: string) => ({ kind: 'bearer', accessToken, refreshToken: 'refresh 0' }) as const

describe('a bearer', () => {
  it('uses a token until shortly before it expires', async () => {
    const { auth, clock, exchanges } = setUp(bearer('access 0'), 900)
    clock.advance(860_000)
    expect(await auth.token(false)).toBe('access 0')
    clock.advance(20_000)
    expect(await auth.token(false)).toBe('access 1')
    expect(exchanges).toMatchObject([{ path: '/api/v1/auth/refresh', body: { refresh_token: 'refresh 0' } }])
    expect(auth.headers()).toEqual({ authorization: 'Bearer access 1', 'parley-user': idOf(1) })
    clock.advance(860_000)
    expect(await auth.token(false)).toBe('access 1')
  })

  it('is not disturbed by an application that fails to keep its tokens', async () => {
    const fault = new TypeError('storage is undefined')
    const onTokens = () => {
      throw fault
    }
    const { auth, reported } = setUp({ ...bearer('access 0'), onTokens })
    expect(await auth.token(true)).toBe('access 1')
    expect(reported).toEqual([fault])
  })

  it('reads the time from a token that tells it', async () => {
    const { auth, clock } = setUp(bearer(jwt({ exp: (new FakeClock().now() + 600_000) / 1000 })))
    clock.advance(500_000)
    expect(await auth.token(false)).not.toBe('access 1')
    clock.advance(90_000)
    expect(await auth.token(false)).toBe('access 1')
  })

  it.each(['opaque', 'a.%%%.c', `a.${jwt({})}.c`])('trusts a token that tells no time: %s', async (token) => {
    const { auth, clock } = setUp(bearer(token))
    clock.advance(1e12)
    expect(await auth.token(false)).toBe(token)
  })

  it('renews once for all who ask, and not again for those who ask late', async () => {
    const { auth, exchanges } = setUp(bearer('access 0'))
    const seen = auth.renewals
    await Promise.all([auth.renew(seen), auth.renew(seen), auth.token(true)])
    await auth.renew(seen)
    expect(exchanges).toHaveLength(1)
    expect(auth.renewals).toBe(1)
  })

  it('gives up when the server refuses, not when it cannot be reached', async () => {
    const { auth, answerWith } = setUp(bearer('access 0'))
    answerWith(() => Promise.reject(new ConnectionError('no network')))
    await expect(auth.token(true)).rejects.toBeInstanceOf(ConnectionError)
    const unavailable = { code: 'unavailable', detail: '', retryable: true, status: 503 } as const
    answerWith(() => Promise.reject(new ParleyError(unavailable)))
    await expect(auth.token(true)).rejects.toBeInstanceOf(ParleyError)
    const revoked = { code: 'session_revoked', detail: '', retryable: false, status: 401 } as const
    answerWith(() => Promise.reject(new ParleyError(revoked)))
    await expect(auth.token(true)).rejects.toMatchObject({ name: 'SessionOver', reason: 'session_revoked' })
  })

  it('without a refresh token cannot outlive its token', async () => {
    const { auth, exchanges } = setUp({ kind: 'bearer', accessToken: 'access 0' }, 1)
    expect(await auth.token(false)).toBe('access 0')
    await expect(auth.token(true)).rejects.toBeInstanceOf(SessionOver)
    expect(exchanges).toEqual([])
  })
})

describe('a cookie', () => {
  it('is renewed without a word of it, and speaks for itself', async () => {
    const { auth, exchanges, answerWith } = setUp({ kind: 'cookie' })
    answerWith(async () => ({ ...tokens(1), access_token: undefined, refresh_token: undefined }))
    expect(await auth.token(false)).toBeUndefined()
    expect(await auth.token(true)).toBeUndefined()
    expect(exchanges).toMatchObject([{ body: {}, credentials: 'include' }])
    expect(auth.headers()).toEqual({ 'parley-user': idOf(1) })
  })
})
