// The public types of the SDK: what an application sees of the connection, its chats and its messages.
import type {
  Chat,
  ChatView,
  ContentAnswer,
  File,
  Me,
  Member,
  Message,
  RouteAnswer,
  RouteBody,
  RouteName,
  RouteParams,
  RouteQuery,
  Routes,
  ServerEvent,
  Upload,
  User,
} from '@parley/protocol'
import type {
  BlobContent,
  OutboxEntry,
  OutboxStore,
  OutgoingChange,
  OutgoingFile,
  OutgoingMessage,
  Sendable,
} from './outbox-types.ts'
import type { ReplicaKept, ReplicaStore } from './replica-types.ts'

export type * from './outbox-types.ts'
export type * from './replica-types.ts'

/** How the client proves who it is. `cookie` is for browsers on the server's own origin. */
export type Credentials =
  | { readonly kind: 'cookie' }
  | {
      readonly kind: 'bearer'
      readonly accessToken: string
      /** Without it the client cannot outlive the access token. */
      readonly refreshToken?: string
      /** Called with every new pair, so that the application can keep it. */
      readonly onTokens?: OnTokens
    }

export type OnTokens = (tokens: { accessToken: string; refreshToken: string }) => void

/** `fetch`, by the same types. */
export type Fetch = typeof globalThis extends { readonly fetch: infer F } ? F : never

/** As much of a WebSocket as the SDK uses. */
export interface Socket {
  /** 1: open. */
  readonly readyState: number
  send(text: string): void
  close(code: number): void
  addEventListener(type: 'open' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { readonly code: number }) => void): void
}

/** What makes them: the global `WebSocket`, or the one of the package `ws`. */
export type SocketClass = new (url: string) => Socket

export interface ParleyOptions {
  /** Origin of the server, `https://chat.example.org`; a path prefix is kept. */
  readonly url: string
  readonly credentials: Credentials
  /**
   * The account that the client is to be, if that is known. What waits for it in the outbox shows at once, also without a network, and
   * a server that takes the credentials for somebody else's ends the client with `other_account`. Otherwise the first `ready` tells.
   */
  readonly userId?: string
  /** Where unacknowledged sends wait. Memory by default; `indexedDbOutbox()` outlives reloads of a browser. */
  readonly outbox?: OutboxStore
  /**
   * Where the replica lives on the device: own profile, chats and people, and the newest messages of the chats that went on last. A client
   * with a `userId` begins with it, also without a network. Missing: in memory alone; `indexedDbReplica()` outlives reloads of a browser.
   */
  readonly replicaStore?: ReplicaStore
  readonly clock?: Clock
  /** 0 ≤ random() < 1, for jitter. */
  readonly random?: () => number
  /** In place of the global one. Like that one it must fail with a `TypeError` of the network when there is no answer. */
  readonly fetch?: Fetch
  /** In place of the global one; Node 20 has none, and there the package `ws` is taken. */
  readonly webSocket?: SocketClass
  /**
   * Told of errors that no call waits for: an outbox, replica or device store that failed (`OutboxError`, `ReplicaStoreError`, `DeviceStoreError`), a callback of the application that
   * threw, a fault of the client itself. Without it such an error is thrown where nothing catches it: a browser reports it,
   * Node ends the process.
   */
  readonly onError?: (error: unknown) => void
}

/**
 * Small texts by name, kept beyond the session and the process: `localStorage`, `fileDevices(path)` of '@parley/client/node', or one of
 * the application's.
 */
export interface DeviceStore {
  /** Null for nothing. */
  getItem(key: string): string | null | Promise<string | null>
  /** What it returns is waited for. */
  setItem(key: string, value: string): unknown
}

/** For `register` and `login`, which make the credentials. */
export interface AccountOptions extends Omit<ParleyOptions, 'credentials' | 'userId'> {
  /** Called with the first pair of tokens and every later one. Not with `transport: 'cookie'`. */
  readonly onTokens?: OnTokens
  /**
   * Where it is kept, for each server and login, what makes this device known there: others who guess wrongly at the password do not
   * lock it out. It stays after logging out. Nothing is kept without it, nor with `transport: 'cookie'`: a cookie does it then.
   */
  readonly devices?: DeviceStore
}

/** Time as the SDK needs it; tests inject their own. */
export interface Clock {
  now(): number
  setTimeout(callback: () => void, milliseconds: number): unknown
  clearTimeout(handle: unknown): void
}

export type ConnectionState =
  | { readonly status: 'connecting'; readonly attempt: number }
  | { readonly status: 'greeting'; readonly attempt: number }
  /**
   * `via` says how: over a socket, or, where sockets do not get through, by asking over HTTP every `interval` milliseconds.
   */
  | { readonly status: 'ready'; readonly since: number; readonly via: 'socket' }
  | {
      readonly status: 'ready'
      readonly since: number
      readonly via: 'polling'
      readonly interval: number
    }
  /** Will try again at `retryAt` (milliseconds since 1970), or at once when the network returns. */
  | {
      readonly status: 'waiting'
      readonly attempt: number
      readonly retryAt: number
      readonly reason: string
    }
  /**
   * Ended for good: by `close()` (`closed`), by `logout()` (`logged_out`), because the session is over or belongs to another account
   * (`reason` is then an error code: `session_revoked`, `other_account` and others), or by a fault of the client or of what its options gave it (`failed`, with the `error`).
   */
  | { readonly status: 'closed'; readonly reason: string; readonly error?: unknown }

/** A message as a timeline shows it. */
export type TimelineItem =
  /** `change`: the last own change of it that is not acknowledged; if it `failed`, its text waits to be tried again or given up. */
  | { readonly state: 'sent'; readonly message: Message; readonly change?: OutgoingChange }
  | { readonly state: 'pending'; readonly entry: OutgoingMessage }
  | { readonly state: 'failed'; readonly entry: OutgoingMessage }

/** A window of a chat's history without holes, ascending by seq, followed by own sends that are on their way. */
export interface Timeline {
  readonly items: readonly TimelineItem[]
  readonly hasBefore: boolean
  readonly hasAfter: boolean
  /**
   * No page is loaded: none was asked for yet, or the window was dropped (its chat changed too much while away, or was
   * not looked at for long). The window that was looked at last is loaded again by itself.
   */
  readonly empty: boolean
}

/**
 * What the client knows. Reads are synchronous and return the same (frozen) object until it changes, so that they fit
 * `useSyncExternalStore`. Fed by `ready`, events and pages; merges by version, cursors by maximum.
 */
export interface Replica {
  /** Own chats: pinned first, then newest activity first. Archived ones included. */
  chats(): readonly ChatView[]
  chat(chatId: string): ChatView | undefined
  timeline(chatId: string): Timeline
  /** Members that are known so far (all of them after `Chats.loadMembers`). */
  members(chatId: string): readonly Member[]
  user(userId: string): User | undefined
  /** Ids of the others who are typing right now. */
  typing(chatId: string): readonly string[]
  presence(userId: string): { readonly online: boolean; readonly lastSeenAt: string | null } | undefined
  /** Sum of unread messages over chats that are not muted or archived. */
  totalUnread(): number
  /** Called after every change, at most once per turn of the event loop. Returns the end of the subscription. */
  subscribe(listener: () => void): () => void
}

export interface SendOptions {
  readonly replyToId?: string | null
  /** Own files, uploaded before. The text may be empty then. */
  readonly fileIds?: readonly string[]
  /** Files to upload and send with it, as `outboxLimits` allow. They wait with the message, and are uploaded again if that fails. */
  readonly files?: readonly Pick<OutgoingFile, 'name' | 'content'>[]
  /** Choose the id oneself, by `newId()`; the same id again is the same message. */
  readonly id?: string
}

/** One chat, to act on. It holds no data; read `parley.replica`. */
export interface ChatHandle {
  readonly id: string
  /** Shows as pending at once; resolves when durable; survives reconnects; rejects only when refused for good. */
  send(text: string, options?: SendOptions): Promise<Message>
  /** Try an entry of the outbox again that failed, or now one that says why it waits (`delay`). */
  retry(entryId: string): Promise<Message>
  /** Give up a failed or pending entry. */
  discard(entryId: string): Promise<void>
  /**
   * Changes an own message by way of the outbox: kept at once, carried out in order, resolves when durable, survives reconnects and
   * reloads. Refused for good, it rejects and stays with its text as a failed `change` of its message. The message may be one that
   * is not acknowledged itself; of one that failed the text is replaced and sent again.
   */
  edit(messageId: string, text: string): Promise<Message>
  /** By way of the outbox too. Refused for good, it rejects and is forgotten. A message that failed to be sent is discarded. */
  delete(messageId: string): Promise<Message>
  /** Moves the own cursor; calls close together are sent as one. */
  markRead(seq: number): void
  /** Call on every keystroke; sent at most every `timings.typingRepeat`. */
  typing(): void
  /** Load pages into the timeline. Concurrent calls for the same page share one request. */
  loadLatest(): Promise<void>
  loadBefore(): Promise<void>
  loadAfter(): Promise<void>
  loadAround(seq: number): Promise<void>
  loadMembers(): Promise<void>
}

export interface GroupOptions {
  readonly title: string
  readonly memberIds: readonly string[]
  readonly description?: string
  /** `everyone` unless told otherwise. */
  readonly posting?: Chat['posting']
  /** `private` unless told otherwise. */
  readonly visibility?: Chat['visibility']
  /** Choose the id oneself; the same id again is the same group. */
  readonly id?: string
}

export interface Chats {
  /** The one direct chat with a person, made if needed. */
  direct(userId: string): Promise<ChatHandle>
  /**
   * Makes a group. It has its id before it is asked for, so that a group whose answer was lost is asked for again, once the
   * connection is back, and is made once. Rejects with `ParleyError`, and with `ConnectionError` if that failed too.
   */
  createGroup(group: GroupOptions): Promise<ChatHandle>
  /** A handle for a known id; asks nobody. */
  handle(chatId: string): ChatHandle
  join(chatId: string): Promise<ChatHandle>
  leave(chatId: string): Promise<void>
  /**
   * The next page of the chat list, beyond what `ready` brought: chats of less recent activity, archived ones among them. False
   * when there is none.
   */
  loadMore(): Promise<boolean>
  /** All pages: afterwards the replica has every own chat. Calls at the same time share the work. */
  loadAll(): Promise<void>
  /** Whether the list has pages that the replica does not. Known from the first `ready` on. */
  hasMore(): boolean
  /**
   * Own chats, archived ones too, with this in the title of the group, or in the name or username of the other in a direct chat. The
   * server looks through all of them; the replica has them afterwards. At most `limits.pageMax`, in the order of the list.
   */
  search(title: string): Promise<readonly ChatView[]>
}

/** Calls that take a file: `uploadFile`, `setAvatar` of the client. */
export type UploadName = {
  [N in RouteName]: Routes[N] extends { readonly upload: Upload } ? N : never
}[RouteName]

/** Calls that answer with the bytes of a file: fetch them from `fileUrl`. */
type ContentName = {
  [N in RouteName]: ContentAnswer extends Routes[N]['answers'][keyof Routes[N]['answers']] ? N : never
}[RouteName]

type CallParts<N extends RouteName> = (RouteParams<N> extends undefined
  ? object
  : { params: RouteParams<N> }) &
  (RouteQuery<N> extends undefined ? object : { query?: RouteQuery<N> }) &
  (RouteBody<N> extends undefined ? object : { body: RouteBody<N> })

/** Any REST call by its name in the route table. Rejects with `ParleyError`. Refreshes the access token when it expired. */
export type Call = <N extends Exclude<RouteName, UploadName | ContentName>>(
  name: N,
  ...parts: object extends CallParts<N> ? [CallParts<N>?] : [CallParts<N>]
) => Promise<RouteAnswer<N>>

/** A connected (or connecting) client. */
export interface ParleyClient {
  /** As the device kept it, then as `ready` told; undefined before. */
  readonly me: Me | undefined
  /** Whose client this is: from the options, or as the first `ready` told. It never changes. */
  readonly userId: string | undefined
  readonly sessionId: string | undefined
  readonly replica: Replica
  /** Whether the replica lives on the device. `replica.subscribe` tells of changes. */
  readonly replicaKept: ReplicaKept
  readonly chats: Chats
  readonly call: Call
  /**
   * Uploads a file; send it with `ChatHandle.send`. Of a blob that stands for a file on disk little is in memory at a time (under Node:
   * `openAsBlob`). Rejects with `ParleyError` (`file_too_large`, `quota_exceeded`,
   * `storage_full`) or `ConnectionError`; then nothing was kept.
   */
  uploadFile(content: BlobContent, name: string): Promise<File>
  /** Makes the middle of a picture the own avatar. Rejects as `uploadFile` does, and with `invalid_image`. */
  setAvatar(picture: BlobContent): Promise<Me>
  /** Where a file is. Whoever fetches it there sends the cookie or the access token along. */
  fileUrl(fileId: string): string
  /** Where the small picture of a file is that `has_thumbnail`: made after the upload was answered, it comes with an update of the message. */
  thumbnailUrl(fileId: string): string
  connectionState(): ConnectionState
  /** Called on every change of the connection's state. */
  onConnection(listener: (state: ConnectionState) => void): () => void
  /** Try to connect now instead of at `retryAt`. */
  reconnect(): void
  /** Replaces the list of people whose presence is shown. */
  watchPresence(userIds: readonly string[]): void
  /**
   * Every event from now on, in order of arrival, durable ones once. Messages that changed while the client was away come
   * as the event that would have told of their present shape; other changes of that time are in the replica only, and
   * so is everything of a chat in which too much changed. The loop ends when the client is closed, and fails with
   * `EventOverflowError` if it lags 10,000 events behind.
   */
  events(): AsyncIterable<ServerEvent>
  /** Resolves at the next (or the present) `ready`. When there will be none it rejects: with `ClosedError`, or with the fault that closed the client. */
  ready(): Promise<void>
  /** What this account did and the server has not acknowledged, in the order of sending. */
  unsent(): readonly OutboxEntry[]
  /**
   * Resolves when the outbox's store has answered for the entry with this id: true if it has the entry as it is now, false if it could
   * not take it, or if there is no such entry. Never rejects.
   */
  kept(id: string): Promise<boolean>
  /**
   * Messages and changes of `unsent` that are lost if this client goes, because the outbox's store could not keep them: it is denied,
   * full or silent. In the order of sending; `replica.subscribe` tells of changes.
   */
  unkept(): readonly Sendable[]
  /** Leaves without logging out. Unacknowledged sends stay in the outbox. */
  close(): Promise<void>
  /**
   * Closes at once and removes what the outbox and the replica's store keep of this account, then ends the session on the server. Rejects if the server could
   * not be told (`ConnectionError`, `ParleyError`): the client is closed all the same, and `endSession` can tell it later.
   */
  logout(): Promise<void>
  /** Deletes the account for good and closes. Rejects with `ParleyError` (`wrong_credentials`) or `ConnectionError`. */
  deleteAccount(password: string): Promise<void>
}

/** The class `Parley` (parley.ts) has these static functions. */
export interface ParleyStatic {
  /** Starts connecting and returns at once (offline first). */
  open(options: ParleyOptions): ParleyClient
  /** `open`, then waits for the first `ready`, as `ParleyClient.ready` does. */
  connect(options: ParleyOptions): Promise<ParleyClient>
  /** Make an account and connect with it. */
  register(options: AccountOptions, account: RouteBody<'register'>): Promise<ParleyClient>
  /** Log in and connect. `transport: 'cookie'` uses cookies. */
  login(options: AccountOptions, login: RouteBody<'login'>): Promise<ParleyClient>
  /** Ends a session of an account without a client of it. */
  endSession(options: ParleyOptions, sessionId: string): Promise<void>
}
