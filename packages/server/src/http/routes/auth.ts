// Accounts, sessions and tokens over HTTP.
import type { AuthAnswer } from '@parley/protocol'
import { changePassword } from '../../core/accounts/change-password.ts'
import type { DeviceLogin } from '../../core/accounts/device-token.ts'
import { listSessions } from '../../core/accounts/list-sessions.ts'
import { logOut } from '../../core/accounts/log-out.ts'
import { login } from '../../core/accounts/login.ts'
import type { Login } from '../../core/accounts/login-session.ts'
import { refresh } from '../../core/accounts/refresh.ts'
import { register } from '../../core/accounts/register.ts'
import { revokeSession } from '../../core/accounts/revoke-session.ts'
import { AppError } from '../../core/errors.ts'
import type { AuthCookies } from '../auth-cookies.ts'
import type { Handlers } from '../call.ts'

export const authHandlers = {
  async register({ ports }, { body, client, cookies }) {
    const { transport, ...input } = body
    if (transport === 'cookie') cookies.requireOwnOrigin()
    const made = await register(ports, input, client)
    return { status: 201, body: handOut(made, transport, cookies) }
  },

  async login({ ports }, { body, client, cookies }) {
    const { transport, device_token, ...input } = body
    if (transport === 'cookie') cookies.requireOwnOrigin()
    const device = device_token === undefined ? {} : { deviceToken: device_token }
    const made = await login(ports, input, { ...client, ...device })
    return { status: 200, body: handOut(made, transport, cookies) }
  },

  // The token in the body wins, as a header wins over a cookie elsewhere; the new pair goes the way the old token came.
  async refresh({ ports }, { body, client, cookies }) {
    if (body.refresh_token !== undefined) {
      return { status: 200, body: handOut(await refresh(ports, body.refresh_token, client), 'body', cookies) }
    }
    if (cookies.refreshToken === null) throw new AppError('invalid_refresh_token')
    cookies.requireOwnOrigin()
    const made = await clearingIfOver(cookies, refresh(ports, cookies.refreshToken, client))
    return { status: 200, body: handOut(made, 'cookie', cookies) }
  },

  // The access token decides whose session it is; without a good one the refresh token does, so that whoever comes back after hours
  // can still log out.
  async logout({ ports }, { actor, refusal, body, client, cookies }) {
    if (actor !== null) await revokeSession(ports, actor, actor.sessionId)
    else if (body.refresh_token !== undefined) await logOut(ports, body.refresh_token, client)
    else if (cookies.refreshToken !== null) {
      cookies.requireOwnOrigin()
      await clearingIfOver(cookies, logOut(ports, cookies.refreshToken, client))
    } else throw refusal ?? new AppError('unauthenticated')
    cookies.clear()
    return { status: 204, body: null }
  },

  async listSessions({ ports }, { actor }) {
    return { status: 200, body: { items: await listSessions(ports, actor) } }
  },

  async revokeSession({ ports }, { actor, params, cookies }) {
    await revokeSession(ports, actor, params.session_id)
    if (params.session_id === actor.sessionId) cookies.clear()
    return { status: 204, body: null }
  },

  async changePassword({ ports }, { actor, body, cookies }) {
    const deviceToken = await changePassword(ports, actor, body)
    if (cookies.deviceToken !== null) cookies.setDevice(deviceToken)
    return { status: 204, body: null }
  },
} satisfies Partial<Handlers>

/** Cookies with a refresh token that is worth nothing are taken back. */
async function clearingIfOver<T>(cookies: AuthCookies, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_refresh_token') cookies.clear()
    throw error
  }
}

/** The answer to a login; with the cookie transport the tokens leave in cookies and the body does without them. */
function handOut(
  made: Login | DeviceLogin,
  transport: 'body' | 'cookie' | undefined,
  cookies: AuthCookies,
): AuthAnswer {
  const answer = {
    user: made.me,
    session_id: made.sessionId,
    token_type: 'Bearer',
    expires_in: made.expiresIn,
  } as const
  if (transport !== 'cookie') {
    const tokens = { access_token: made.accessToken, refresh_token: made.refreshToken }
    return 'deviceToken' in made
      ? { ...answer, ...tokens, device_token: made.deviceToken }
      : { ...answer, ...tokens }
  }
  cookies.set(made)
  return answer
}
