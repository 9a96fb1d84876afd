// Who the client is to the server: the tokens (or the fact that cookies carry them) and their renewal, one at a time.
import type { AuthAnswer } from '@parley/protocol'
import { ParleyError } from '../errors.ts'
import { host } from '../host.ts'
import { notify, type Report } from '../report.ts'
import type { Clock, Credentials } from '../types.ts'
import { routePaths } from './route-paths.ts'
import type { Transport } from './transport.ts'

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
    return this.#accessToken === undefined ? {} : { authorization: `Bearer ${this.#accessToken}` }
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
      if (error instanceof ParleyError && !error.retryable && (error.status ?? 0) <= 403) {
        throw new SessionOver(error.code, { cause: error })
      }
      throw error
    }
  }

  async #exchange(): Promise<AuthAnswer> {
    const [method = '', path = ''] = routePaths.refresh.split(' ')
    const body = this.#refreshToken === undefined ? {} : { refresh_token: this.#refreshToken }
    const answer = await this.#ports.transport({ method, path, body, credentials: this.fetchCredentials })
    return answer as AuthAnswer
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
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const locks = this.#ports.credentials.kind === 'cookie' ? host().navigator?.locks : undefined
    return locks === undefined ? work() : locks.request(`parley-refresh ${this.#ports.origin}`, {}, work)
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
