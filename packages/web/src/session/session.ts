// The one session of this tab: whether somebody is logged in, and the client that speaks for them.
// It knows no React; session-context.tsx shows it to components.
import type { ParleyClient, ParleyOptions, ParleyStatic } from '@parley/client'
import type { RouteBody } from '@parley/protocol'

/** Nobody was logged in; the person logged out; or the server ended the session. */
export type AnonymousBecause = 'no-session' | 'logged-out' | 'ended'

export type SessionState =
  /** Nobody has asked the server yet. */
  | { readonly status: 'unknown' }
  | { readonly status: 'anonymous'; readonly because: AnonymousBecause }
  | { readonly status: 'open'; readonly client: ParleyClient }

/** Reasons of a closed connection that mean "log in again". */
const endingReasons: ReadonlySet<string> = new Set([
  'unauthenticated',
  'invalid_refresh_token',
  'session_revoked',
])

/** This browser was logged in when last seen; the proof itself is an HttpOnly cookie that the page cannot see. */
const markKey = 'parley.signed-in'

type ConnectOptions = Omit<ParleyOptions, 'credentials'>

export class Session {
  readonly #parley: ParleyStatic
  readonly #options: () => ConnectOptions
  readonly #storage: Storage
  readonly #listeners = new Set<() => void>()
  #state: SessionState = { status: 'unknown' }
  /** Its account is being deleted: that its session ends is no news. */
  #deleting: ParleyClient | undefined

  /** `options` is called for every new client, because an outbox belongs to one client only. */
  constructor(parley: ParleyStatic, options: () => ConnectOptions, storage: Storage) {
    this.#parley = parley
    this.#options = options
    this.#storage = storage
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly state = (): SessionState => this.#state

  /** A guess without asking the server: worth trying `open` instead of showing the start page. */
  readonly likelySignedIn = (): boolean => {
    if (this.#state.status === 'unknown') return this.#storage.getItem(markKey) !== null
    return this.#state.status === 'open'
  }

  /** Starts the client with the browser's cookies, unless there is one. The connection tells whether they are good. */
  open(): void {
    if (this.#state.status === 'open') return
    this.#adopt(this.#parley.open({ ...this.#options(), credentials: { kind: 'cookie' } }))
  }

  async login(body: RouteBody<'login'>): Promise<void> {
    this.#adopt(await this.#parley.login(this.#options(), { ...body, transport: 'cookie' }))
  }

  async register(body: RouteBody<'register'>): Promise<void> {
    this.#adopt(await this.#parley.register(this.#options(), { ...body, transport: 'cookie' }))
  }

  /** Ends the session on the server; offline the client is closed all the same. */
  async logout(): Promise<void> {
    if (this.#state.status !== 'open') return
    const { client } = this.#state
    this.#end('logged-out')
    await client.logout().catch(() => client.close())
  }

  /** Rejects when the server refuses; then the session goes on, unless it has ended all the same. */
  async deleteAccount(password: string): Promise<void> {
    if (this.#state.status !== 'open') return
    const { client } = this.#state
    this.#deleting = client
    try {
      await client.deleteAccount(password)
      this.#end('logged-out')
    } finally {
      this.#deleting = undefined
      this.#watch(client)
    }
  }

  #adopt(client: ParleyClient): void {
    if (this.#state.status === 'open') void this.#state.client.close()
    this.#storage.setItem(markKey, '1')
    this.#set({ status: 'open', client })
    client.onConnection(() => this.#watch(client))
    this.#watch(client)
  }

  #watch(client: ParleyClient): void {
    const connection = client.connectionState()
    if (this.#state.status !== 'open' || this.#state.client !== client || this.#deleting === client) return
    if (connection.status !== 'closed' || !endingReasons.has(connection.reason)) return
    const wasIn = client.me !== undefined || connection.reason !== 'unauthenticated'
    this.#end(wasIn ? 'ended' : 'no-session')
  }

  #end(because: AnonymousBecause): void {
    this.#storage.removeItem(markKey)
    this.#set({ status: 'anonymous', because })
  }

  #set(state: SessionState): void {
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}
