// Who the client is to the server: the tokens (or the fact that cookies carry them) and their renewal, one at a time.
import type { AuthAnswer } from '@parley/protocol'
import type { OwnAccount } from '../account.ts'
import { ParleyError } from '../errors.ts'
import { hostLocks } from '../host.ts'
import { notify, type Report } from '../report.ts'
import type { Clock, Credentials } from '../types.ts'
import { routePaths } from './route-paths.ts'
import type { Transport } from './transport.ts'

/** A tab that waits this long, in milliseconds, for others to renew does so beside them: the server bears that (rule A5). */
const lockPatience = 5_000

/** A token this close to its end, in milliseconds, is renewed before it is used for `hello`. */
const renewAhead = 30_000

/** The server will give no token any more. `reason` is an error code. */
export class SessionOver extends Error {
  override readonly name = 'SessionOver'
  readonly reason: string

  constructor(reason: string, options?: ErrorOptions) {
    super(`The session is over: ${reason}`, options)
    this.reason = reason
  }
}

export interface AuthPorts {
  readonly credentials: Credentials
  readonly account: OwnAccount
  readonly transport: Transport
  readonly clock: Clock
  /** Names the lock that tabs of this server share. */
  readonly origin: string
  /** How long the present token is valid still, in seconds, if that is known. */
  readonly expiresIn?: number
  readonly report: Report
}

export class Auth {
  readonly #ports: AuthPorts
  #accessToken: string | undefined
  #refreshToken: string | undefined
  #expiresAt: number | undefined
  #renewals = 0
  #renewing: Promise<void> | undefined

  constructor(ports: AuthPorts) {
    this.#ports = ports
    const { credentials } = ports
    if (credentials.kind === 'bearer') {
      this.#accessToken = credentials.accessToken
      this.#refreshToken = credentials.refreshToken
      this.#expiresAt = expiryOf(credentials.accessToken)
    }
    if (ports.expiresIn !== undefined) this.#expiresAt = ports.clock.now() + ports.expiresIn * 1000
  }

  /** Moves with every renewal: tells a refusal of the present token from one of its predecessor. */
  get renewals(): number {
    return this.#renewals
  }

  headers(): Record<string, string> {
    return {
      ...this.#ports.account.headers(),
      ...(this.#accessToken === undefined ? {} : { authorization: `Bearer ${this.#accessToken}` }),
    }
  }

  get fetchCredentials(): 'include' | 'omit' {
    return this.#ports.credentials.kind === 'cookie' ? 'include' : 'omit'
  }

  /**
   * The token for `hello`; undefined if a cookie carries it. `fresh`: the present one was refused. Rejects with
   * `SessionOver`, or as the transport does.
   */
  async token(fresh: boolean): Promise<string | undefined> {
    if (fresh || (this.#expiresSoon() && this.#canRenew())) await this.renew(this.#renewals)
    return this.#accessToken
  }

  /** Gets new tokens, unless that has happened since `seen` renewals. Rejects like `token`. */
  async renew(seen: number): Promise<void> {
    if (seen !== this.#renewals) return
    this.#renewing ??= this.#renewOnce().finally(() => {
      this.#renewing = undefined
    })
    await this.#renewing
  }

  #canRenew(): boolean {
    return this.#ports.credentials.kind === 'cookie' || this.#refreshToken !== undefined
  }

  #expiresSoon(): boolean {
    return this.#expiresAt !== undefined && this.#expiresAt - this.#ports.clock.now() < renewAhead
  }

  async #renewOnce(): Promise<void> {
    if (!this.#canRenew()) throw new SessionOver('unauthenticated')
    try {
      this.#keep(await this.#inTurn(() => this.#exchange()))
    } catch (error) {
      const isFinal = error instanceof ParleyError && !error.retryable
      if (isFinal && ((error.status ?? 0) <= 403 || error.code === 'other_account')) {
        throw new SessionOver(error.code, { cause: error })
      }
      throw error
    }
  }

  async #exchange(): Promise<AuthAnswer> {
    const [method = '', path = ''] = routePaths.refresh.split(' ')
    const body = this.#refreshToken === undefined ? {} : { refresh_token: this.#refreshToken }
    const { account, transport } = this.#ports
    const headers = account.headers()
    const exchange = { method, path, body, headers, credentials: this.fetchCredentials }
    const answer = (await transport(exchange)) as AuthAnswer
    // The cookies are those of whoever logged in last in this browser.
    if (!account.is(answer.user.id)) throw new SessionOver('other_account')
    return answer
  }

  #keep(answer: AuthAnswer): void {
    this.#renewals += 1
    this.#expiresAt = this.#ports.clock.now() + answer.expires_in * 1000
    if (answer.access_token === undefined || answer.refresh_token === undefined) return
    this.#accessToken = answer.access_token
    this.#refreshToken = answer.refresh_token
    const { credentials } = this.#ports
    if (credentials.kind !== 'bearer') return
    const tokens = { accessToken: answer.access_token, refreshToken: answer.refresh_token }
    notify(this.#ports.report, () => credentials.onTokens?.(tokens))
  }

  /** Tabs share their cookies: two that renewed at once would show the server one refresh token twice. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { credentials, clock, origin } = this.#ports
    const locks = credentials.kind === 'cookie' ? hostLocks() : undefined
    if (locks === undefined) return work()
    const waiting = new AbortController()
    const timer = clock.setTimeout(() => waiting.abort(), lockPatience)
    let state: 'waiting' | 'begun' | 'given up' = 'waiting'
    const hasBegun = () => state === 'begun'
    const begin = async (): Promise<T> => {
      if (state === 'given up') throw new Error('The turn came too late')
      state = 'begun'
      clock.clearTimeout(timer)
      return await work()
    }
    // Beside the signal, which locks that are out of order may not heed.
    const overdue = new Promise<never>((_, reject) => {
      waiting.signal.addEventListener('abort', () => reject(new Error('The turn did not come')))
    })
    try {
      const turn = locks.request(`parley-refresh ${origin}`, { signal: waiting.signal }, begin)
      return await Promise.race([turn, overdue])
    } catch (error) {
      if (hasBegun()) throw error
      clock.clearTimeout(timer)
      state = 'given up'
      return await work()
    }
  }
}

/** When a JWT expires, in milliseconds since 1970; undefined for a token that is none. Nothing is verified here. */
const expiryOf = (token: string): number | undefined => {
  const payload = token.split('.')[1]
  if (payload === undefined) return undefined
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    if (typeof claims !== 'object' || claims === null || !('exp' in claims)) return undefined
    return typeof claims.exp === 'number' ? claims.exp * 1000 : undefined
  } catch {
    // Not base64, or no JSON in it: a token that tells nothing.
    return undefined
  }
}
