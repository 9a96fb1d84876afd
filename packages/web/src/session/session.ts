// The one session of this tab: whether somebody is logged in, and the client that speaks for them.
// It knows no React; session-context.tsx shows it to components.
import type { ParleyClient, ParleyOptions, ParleyStatic } from '@parley/client'
import type { RouteBody } from '@parley/protocol'
import { forgetDrafts } from '../chats/forget-drafts.ts'
import { Endings, endingKey, readEnding } from './endings.ts'
import { eraseAccount, hasDrafts } from './local-account.ts'

/** Nobody was logged in; the person logged out; or the server ended the session. */
export type AnonymousBecause = 'no-session' | 'logged-out' | 'ended'

export type SessionState =
  /** Nobody has asked the server yet. */
  | { readonly status: 'unknown' }
  | { readonly status: 'anonymous'; readonly because: AnonymousBecause }
  | { readonly status: 'open'; readonly client: ParleyClient }
  /** This tab was somebody's until somebody else logged in in this browser. `client` is theirs, and tells who they are. */
  | { readonly status: 'other'; readonly client: ParleyClient }

/** Reasons of a closed connection that mean "log in again". */
const endingReasons: ReadonlySet<string> = new Set([
  'unauthenticated',
  'invalid_refresh_token',
  'session_revoked',
])

/** Who was logged in when last seen; the proof itself is an HttpOnly cookie that the page cannot see. */
const markKey = 'parley.signed-in'
/** What stands there while nobody knows who it is. */
const somebody = '1'

type ConnectOptions = Omit<ParleyOptions, 'credentials'>

/** As much of a window as tells what other tabs keep, and that the network is there. */
type Surroundings = Pick<Window, 'addEventListener'>

export class Session {
  readonly #parley: ParleyStatic
  readonly #options: () => ConnectOptions
  readonly #storage: Storage
  readonly #endings: Endings
  readonly #listeners = new Set<() => void>()
  #state: SessionState = { status: 'unknown' }
  /** Its account is being deleted: that its session ends is no news. */
  #deleting: ParleyClient | undefined

  /** `options` is called for every new client, because an outbox belongs to one client only. */
  constructor(parley: ParleyStatic, options: () => ConnectOptions, storage: Storage) {
    this.#parley = parley
    this.#options = options
    this.#storage = storage
    this.#endings = new Endings(parley, options, storage)
  }

  /** Heeds what other tabs do. Before anything else is asked of the server it is told of a session that ended here. */
  watch(surroundings: Surroundings): void {
    surroundings.addEventListener('storage', (event) => {
      if (event.key === endingKey) this.#endedElsewhere(event.newValue)
    })
    surroundings.addEventListener('online', () => void this.#endings.tell())
    void this.#endings.tell()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly state = (): SessionState => this.#state

  /** A guess without asking the server: worth trying `open` instead of showing the start page. */
  readonly likelySignedIn = (): boolean => {
    if (this.#state.status !== 'unknown') return this.#state.status !== 'anonymous'
    return this.#storage.getItem(markKey) !== null && this.#endings.pending === undefined
  }

  /** Starts the client with the browser's cookies, unless there is one. The connection tells whether they are good. */
  open(): void {
    if (this.#state.status === 'open' || this.#state.status === 'other') return
    if (this.#endings.pending !== undefined) {
      this.#set({ status: 'anonymous', because: 'logged-out' })
      return
    }
    const mark = this.#storage.getItem(markKey)
    this.#adopt(this.#openClient(mark === somebody ? null : mark))
  }

  async login(body: RouteBody<'login'>): Promise<void> {
    await this.#endings.tell()
    this.#enter(await this.#parley.login(this.#options(), { ...body, transport: 'cookie' }))
  }

  async register(body: RouteBody<'register'>): Promise<void> {
    await this.#endings.tell()
    this.#enter(await this.#parley.register(this.#options(), { ...body, transport: 'cookie' }))
  }

  /** Whether logging out would lose what the person wrote and did not send. */
  hasUnsent(): boolean {
    if (this.#state.status !== 'open') return false
    const { client } = this.#state
    const isWritten = client.unsent().some(({ kind }) => kind === 'message' || kind === 'edit')
    return isWritten || (client.userId !== undefined && hasDrafts(this.#storage, client.userId))
  }

  /**
   * Ends the session here at once, and removes what this device keeps of the account. The server is told now, or as soon as there is a
   * network.
   */
  async logout(): Promise<void> {
    if (this.#state.status !== 'open') return
    const { client } = this.#state
    const { userId, sessionId } = client
    if (userId !== undefined && sessionId !== undefined) this.#endings.remember({ userId, sessionId })
    this.#end('logged-out')
    this.#erase(userId)
    try {
      await client.logout()
      this.#endings.forget()
    } catch {
      void this.#endings.tell()
    }
    // What was still being written while the page changed.
    if (this.state().status === 'anonymous') this.#erase(userId)
  }

  /** Rejects when the server refuses; then the session goes on, unless it has ended all the same. */
  async deleteAccount(password: string): Promise<void> {
    if (this.#state.status !== 'open') return
    const { client } = this.#state
    this.#deleting = client
    try {
      await client.deleteAccount(password)
      this.#end('logged-out')
      this.#erase(client.userId)
    } finally {
      this.#deleting = undefined
      this.#watch(client)
    }
  }

  /** Goes on as whoever is logged in in this browser now. */
  goOnAsOther(): void {
    if (this.#state.status === 'other') this.#adopt(this.#state.client)
  }

  /** Leads to the login page. Whoever is logged in in other tabs stays so. */
  leaveOther(): void {
    if (this.#state.status !== 'other') return
    void this.#state.client.close()
    this.#set({ status: 'anonymous', because: 'no-session' })
  }

  #openClient(userId: string | null): ParleyClient {
    const known = userId === null ? {} : { userId }
    return this.#parley.open({ ...this.#options(), ...known, credentials: { kind: 'cookie' } })
  }

  #enter(client: ParleyClient): void {
    this.#endings.forget()
    this.#adopt(client)
  }

  #adopt(client: ParleyClient): void {
    const before = this.#state
    if ('client' in before && before.client !== client) void before.client.close()
    this.#set({ status: 'open', client })
    client.onConnection(() => this.#watch(client))
    this.#watch(client)
  }

  #watch(client: ParleyClient): void {
    const connection = client.connectionState()
    if (!('client' in this.#state) || this.#state.client !== client || this.#deleting === client) return
    if (connection.status !== 'closed') {
      if (this.#state.status === 'open') this.#storage.setItem(markKey, client.userId ?? somebody)
      return
    }
    if (connection.reason === 'other_account') this.#showOther()
    if (!endingReasons.has(connection.reason)) return
    const wasIn = client.me !== undefined || connection.reason !== 'unauthenticated'
    this.#end(wasIn ? 'ended' : 'no-session')
  }

  #showOther(): void {
    const client = this.#openClient(null)
    this.#set({ status: 'other', client })
    client.onConnection(() => this.#watch(client))
  }

  /** Another tab logged out: what it erased must not come back from here. */
  #endedElsewhere(json: string | null): void {
    const ending = readEnding(json)
    if (ending === undefined || this.#state.status !== 'open') return
    const { client } = this.#state
    if (client.userId !== ending.userId || client.sessionId !== ending.sessionId) return
    this.#end('logged-out')
    this.#erase(ending.userId)
    // The other tab sees to it that the server is told.
    client.logout().catch(() => undefined)
  }

  #erase(userId: string | undefined): void {
    if (userId === undefined) return
    eraseAccount(this.#storage, userId)
    void forgetDrafts(userId)
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
