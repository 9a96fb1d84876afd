// The client as the application holds it: what happens when the connection changes, and the ways in and out.
import type {
  AuthAnswer,
  ChatView,
  DurableEvent,
  ErrorCode,
  File,
  Me,
  ReadyFrame,
  RouteAnswer,
  RouteBody,
  ServerEvent,
} from '@parley/protocol'
import { createDeferred, type Deferred } from './deferred.ts'
import { ClosedError, ParleyError } from './errors.ts'
import { EventHub } from './events.ts'
import { fill } from './http/call.ts'
import { routePaths } from './http/route-paths.ts'
import { buildParts, callOf, type Parts, reachOf } from './parts.ts'
import { applyEvent } from './replica/apply-event.ts'
import { applySync } from './replica/apply-sync.ts'
import { notify } from './report.ts'
import { Resume } from './sync/resume.ts'
import type {
  AccountOptions,
  BlobContent,
  Call,
  Chats,
  ConnectionState,
  Credentials,
  OutboxEntry,
  ParleyClient,
  ParleyOptions,
  Replica,
  ReplicaKept,
  Sendable,
} from './types.ts'

export class Parley implements ParleyClient {
  readonly call: Call
  readonly chats: Chats
  readonly replica: Replica
  readonly #parts: Parts
  readonly #hub = new EventHub()
  readonly #listeners = new Set<(state: ConnectionState) => void>()
  readonly #resume: Resume
  #sessionId: string | undefined
  #ready: Deferred<void> = createDeferred()
  #wasReady = false
  /** Somebody will hear of it if there will be no `ready`. */
  #isAwaited = false
  #closing: Promise<void> = Promise.resolve()
  /** Until what the device keeps is put in. */
  #prepared: Promise<void> | undefined

  /** `expiresIn`: how long the credentials are valid still, in seconds, if that is known. */
  private constructor(options: ParleyOptions, expiresIn?: number) {
    const listeners = {
      onReady: (frame: ReadyFrame) => this.#onReady(frame),
      onEvent: (event: ServerEvent) => this.#onEvent(event),
      onMissed: (events: readonly DurableEvent[]) => this.#onMissed(events),
      onState: (state: ConnectionState) => this.#onState(state),
      prepared: () => this.#prepared,
      resume: () => this.#resume.all(),
      polled: (listed: readonly ChatView[], isAll: boolean) => this.#resume.polled(listed, isAll),
      ownId: () => this.#ownId(),
      connected: () => this.ready(),
    }
    this.#parts = buildParts(options, listeners, expiresIn)
    const { call, list, state, replica } = this.#parts
    this.call = call
    this.chats = list
    this.replica = replica
    this.#resume = new Resume(state, this.replica)
    const { key } = this.#parts.account
    // What waits shows, and what is done now is kept, before there is a network.
    if (key === undefined) return
    void this.#parts.outbox.claim(key)
    if (options.replicaStore !== undefined) this.#prepared = this.#parts.keeper.open(key, true)
  }

  /** Starts connecting and returns at once (offline first). */
  static open(options: ParleyOptions): Parley {
    return new Parley(options)
  }

  /** `open`, then waits for the first `ready`. Rejects with `ClosedError` when the credentials are refused. */
  static async connect(options: ParleyOptions): Promise<Parley> {
    return await Parley.#whenReady(new Parley(options))
  }

  /** Make an account and connect with it. Rejects with `ParleyError` or `ConnectionError`. */
  static register(options: AccountOptions, account: RouteBody<'register'>): Promise<Parley> {
    return Parley.#enter('register', options, account)
  }

  /** Log in and connect. `transport: 'cookie'` uses cookies. Rejects with `ParleyError` or `ConnectionError`. */
  static login(options: AccountOptions, login: RouteBody<'login'>): Promise<Parley> {
    return Parley.#enter('login', options, login)
  }

  /**
   * Fill the server with demo data. It must allow demo data, or be shown its operator's key. Needs no account. Rejects with
   * `ParleyError` (`not_found` where it is not allowed) or `ConnectionError`.
   */
  static async seedDemo(
    options: AccountOptions,
    body: RouteBody<'seedDemo'>,
  ): Promise<RouteAnswer<'seedDemo'>> {
    const [method = '', path = ''] = routePaths.seedDemo.split(' ')
    const answer = await reachOf(options).transport({ method, path, body, credentials: 'omit' })
    return answer as RouteAnswer<'seedDemo'>
  }

  /**
   * Ends a session of an account that has no client here any more, by what is left of its credentials. One that is over already, or
   * of which these credentials are not any more, needs no end. Rejects with `ParleyError` or `ConnectionError`.
   */
  static async endSession(options: ParleyOptions, sessionId: string): Promise<void> {
    const call = callOf(options)
    await endQuietly(call('revokeSession', { params: { session_id: sessionId } }))
  }

  static async #enter(
    name: 'register' | 'login',
    options: AccountOptions,
    body: RouteBody<'register'> | RouteBody<'login'>,
  ): Promise<Parley> {
    const [method = '', path = ''] = routePaths[name].split(' ')
    // Cookies come with the answer, and only a request that may carry them may set them.
    const credentials = body.transport === 'cookie' ? 'include' : 'omit'
    const { transport, device } = reachOf(options)
    const login = 'login' in body ? body.login : undefined
    const known = login === undefined || credentials === 'include' ? undefined : await device?.tokenOf(login)
    // One that the application gives wins.
    const shown = known === undefined ? body : { device_token: known, ...body }
    const answer = (await transport({ method, path, body: shown, credentials })) as AuthAnswer
    const client = new Parley(
      { ...options, credentials: credentialsOf(answer, options), userId: answer.user.id },
      answer.expires_in,
    )
    await Promise.all([Parley.#whenReady(client), device?.keep(answer, login)])
    return client
  }

  static async #whenReady(client: Parley): Promise<Parley> {
    await client.ready()
    return client
  }

  get me(): Me | undefined {
    return this.#parts.state.me
  }

  get userId(): string | undefined {
    return this.#parts.account.userId
  }

  get replicaKept(): ReplicaKept {
    return this.#parts.keeper.status
  }

  get sessionId(): string | undefined {
    return this.#sessionId
  }

  async uploadFile(content: BlobContent, name: string): Promise<File> {
    return (await this.#parts.upload('uploadFile', formOf(content, name))).file
  }

  async setAvatar(picture: BlobContent): Promise<Me> {
    return (await this.#parts.upload('setAvatar', formOf(picture, 'avatar'))).user
  }

  fileUrl(fileId: string): string {
    return this.#urlOf('getFile', fileId)
  }

  thumbnailUrl(fileId: string): string {
    return this.#urlOf('getThumbnail', fileId)
  }

  #urlOf(name: 'getFile' | 'getThumbnail', fileId: string): string {
    const [, path = ''] = routePaths[name].split(' ')
    return this.#parts.account.origin + fill(path, { params: { file_id: fileId } })
  }

  connectionState(): ConnectionState {
    return this.#parts.link.state
  }

  onConnection(listener: (state: ConnectionState) => void): () => void {
    // Wrapped, so that the same function given twice is told twice.
    const entry = (state: ConnectionState) => listener(state)
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  reconnect(): void {
    this.#parts.link.input({ type: 'reconnect' })
  }

  watchPresence(userIds: readonly string[]): void {
    this.#parts.state.presences.watch(userIds)
    this.#parts.state.changes.note()
    this.#sendWatched()
  }

  events(): AsyncIterable<ServerEvent> {
    return this.#hub.read()
  }

  ready(): Promise<void> {
    this.#isAwaited = true
    return this.#ready.promise
  }

  async close(): Promise<void> {
    this.#parts.link.input({ type: 'ended', reason: 'closed' })
    await this.#closing
  }

  unsent(): readonly OutboxEntry[] {
    return this.#parts.outbox.entries()
  }

  kept(id: string): Promise<boolean> {
    return this.#parts.outbox.kept(id)
  }

  unkept(): readonly Sendable[] {
    return this.#parts.outbox.unkept()
  }

  async logout(): Promise<void> {
    await this.#leave()
    await endQuietly(this.call('logout', { body: {} }))
  }

  async deleteAccount(password: string): Promise<void> {
    await this.call('deleteMe', { body: { password } })
    await this.#leave()
  }

  /** The end of this account on this device. */
  async #leave(): Promise<void> {
    this.#parts.link.input({ type: 'ended', reason: 'logged_out' })
    await this.#closing
    await this.#parts.outbox.erase()
  }

  async #ownId(): Promise<string> {
    if (this.me === undefined) await this.ready()
    return this.me?.id ?? ''
  }

  #onReady(frame: ReadyFrame): void {
    const { account, state, repair, list, link } = this.#parts
    // The cookies are those of whoever logged in last in this browser.
    if (!account.is(frame.user.id)) {
      link.input({ type: 'ended', reason: 'other_account' })
      return
    }
    const { named } = this.#resume
    // What changed before this client was there is no news to it, even where the device knew what was before.
    const isFirst = this.#sessionId === undefined
    this.#sessionId = frame.session_id
    state.putMe(frame.user)
    // Nobody told of the end of these while the client was away.
    state.presences.clear()
    state.typing.clear()
    const missed = applySync(state, frame, { named, moment: state.moment, isReady: true })
    if (!isFirst) this.#onMissed(missed)
    list.onReady(frame.next_cursor)
    repair.onReady(frame, named)
  }

  #onEvent(event: ServerEvent): void {
    if (applyEvent(this.#parts.state, event)) this.#hub.push(event)
    if (event.type !== 'session_revoked' || event.session_id !== this.#sessionId) return
    this.#parts.link.input({ type: 'ended', reason: 'session_revoked' })
  }

  #onMissed(events: readonly DurableEvent[]): void {
    for (const event of events) this.#hub.push(event)
  }

  #onState(state: ConnectionState): void {
    if (this.#wasReady && state.status !== 'ready') {
      this.#ready = createDeferred()
      this.#isAwaited = false
    }
    this.#wasReady = state.status === 'ready'
    if (state.status === 'ready') {
      void this.#startSending(state)
      this.#ready.resolve()
    }
    if (state.status === 'closed') this.#closing = this.#shutDown(state)
    for (const listener of [...this.#listeners]) notify(this.#parts.report, () => listener(state))
  }

  /** What former runs left in the outbox comes first, so that it is sent first. */
  async #startSending(connection: ConnectionState): Promise<void> {
    const { account, outbox, drain, marker, link, keeper, tailLoader } = this.#parts
    marker.onReady()
    if (keeper.isWriter) tailLoader.start()
    if (this.#parts.state.presences.watched.length > 0) this.#sendWatched()
    const { key } = account
    if (key === undefined) return
    void keeper.open(key, false)
    await outbox.claim(key)
    if (link.state === connection) drain.start(`${key.origin} ${key.userId}`)
  }

  #sendWatched(): void {
    const { link, state } = this.#parts
    link.send({ type: 'watch_presence', user_ids: [...state.presences.watched] })
  }

  async #shutDown({ reason, error }: { readonly reason: string; readonly error?: unknown }): Promise<void> {
    const { repair, marker, drain, requests, outbox, state, report, keeper, tailLoader } = this.#parts
    const end = new ClosedError(reason, ...(reason === 'failed' ? [{ cause: error }] : []))
    if (reason !== 'failed') this.#ready.reject(end)
    else if (this.#isAwaited) this.#ready.reject(error instanceof Error ? error : end)
    else {
      this.#ready.reject(end)
      report(error)
    }
    this.#hub.end()
    repair.stop()
    marker.stop()
    drain.stop()
    requests.lose()
    tailLoader.stop()
    state.typing.clear()
    await Promise.all([outbox.close(end), keeper.close(erasing.has(reason))])
  }
}

/** Ends after which the account has no place on this device: it left, or its credentials here are not its own any more. */
const erasing: ReadonlySet<string> = new Set<ErrorCode | 'logged_out'>([
  ...(['logged_out', 'other_account', 'session_revoked'] as const),
  ...(['unauthenticated', 'invalid_refresh_token'] as const),
])

/** A session that is over, that nobody finds, or that is somebody else's needs no end. */
async function endQuietly(ending: Promise<unknown>): Promise<void> {
  try {
    await ending
  } catch (error) {
    const isOver = error instanceof ParleyError && (error.status === 401 || error.status === 404)
    if (!isOver && !(error instanceof ParleyError && error.code === 'other_account')) throw error
  }
}

function formOf(content: Blob, name: string): FormData {
  const form = new FormData()
  form.append('file', content, name)
  return form
}

const credentialsOf = (answer: AuthAnswer, { onTokens }: AccountOptions): Credentials => {
  const { access_token: accessToken, refresh_token: refreshToken } = answer
  if (accessToken === undefined) return { kind: 'cookie' }
  if (refreshToken === undefined) return { kind: 'bearer', accessToken }
  onTokens?.({ accessToken, refreshToken })
  return { kind: 'bearer', accessToken, refreshToken, ...(onTokens === undefined ? {} : { onTokens }) }
}
