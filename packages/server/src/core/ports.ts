// What the core needs from the outside, each as narrow as its callers allow. composition/app.ts builds the real ones.
import type { Id, Time } from '@parley/protocol'
import type { OperatorStore } from './accounts/operator-store.ts'
import type { AccountStore, SessionStore } from './accounts/store.ts'
import type { ChatFactsStore } from './chats/facts-store.ts'
import type { ChatStore } from './chats/store.ts'
import type { Bus } from './events.ts'
import type { FileStore } from './files/file-store.ts'
import type { Images, MediaTypes } from './files/images.ts'
import type { PreviewStore } from './files/preview-store.ts'
import type { Previews } from './files/previews.ts'
import type { Room } from './files/room.ts'
import type { FileRecordStore } from './files/store.ts'
import type { ImportStore } from './import/store.ts'
import type { MemberStore } from './members/store.ts'
import type { KeyIds, MessageKeyStore } from './messages/key-store.ts'
import type { MessageWriter } from './messages/message-writer.ts'
import type { MessageNumberStore } from './messages/number-store.ts'
import type { MessagePlaceStore } from './messages/place-store.ts'
import type { MessageStore } from './messages/store.ts'
import type { PeopleStore } from './people/store.ts'
import type { RateLimiter } from './rate-limits.ts'
import type { ReadStore } from './reads/store.ts'
import type { Reconciler } from './reconcile/reconciler.ts'
import type { ReconcileStore } from './reconcile/store.ts'
import type { SyncStore } from './sync/store.ts'

export interface Clock {
  now(): Date
}

export interface IdSource {
  /** A new UUIDv7. */
  next(): Id
}

/** Hashing of passwords: slow on purpose, salted, self-describing. */
export interface PasswordHasher {
  /** Those who ask under other keys have their turns in between; throws `unavailable` when too many wait. */
  hash(password: string, key: string): Promise<string>
  /** As `hash` does. With `null` for the hash of an unknown account it does the same work and says false. */
  verify(hash: string | null, password: string, key: string): Promise<boolean>
  /** Whether it is a hash that `verify` can compare with. */
  knows(hash: string): boolean
  /** Whether it is one that `hash` would not make: another program's. */
  isForeign(hash: string): boolean
}

/** What a guesser would try first. */
export interface PasswordStrength {
  /**
   * Whether the password is among the first million that a guesser would try who knows the texts about its owner. Takes at most some tens
   * of milliseconds, whatever the password.
   */
  isGuessable(password: string, about: readonly string[]): Promise<boolean>
}

export interface AccessClaims {
  readonly userId: Id
  readonly sessionId: Id
  /** Of the refresh token that came with it; 0 where the token does not say. */
  readonly generation: number
}

/** Short-lived signed access tokens; `sign` gives one for `lifetimeSeconds` unless told otherwise. `verify` gives null for anything but a valid, unexpired token of this server. */
export interface AccessTokens {
  readonly lifetimeSeconds: number
  sign(claims: AccessClaims, options?: { readonly lifetimeSeconds: number }): Promise<string>
  verify(token: string): Promise<AccessClaims | null>
}

/** Keyed hash (HMAC-SHA256) with a key of this server that is used for nothing else. */
export interface KeyedHash {
  digest(text: string): Buffer
}

/** All stores over one connection or pool. */
export interface Stores {
  readonly accounts: AccountStore
  readonly operator: OperatorStore
  readonly people: PeopleStore
  readonly sessions: SessionStore
  readonly chats: ChatStore
  readonly chatFacts: ChatFactsStore
  readonly members: MemberStore
  readonly messages: MessageStore
  readonly messagePlaces: MessagePlaceStore
  readonly messageNumbers: MessageNumberStore
  readonly messageKeys: MessageKeyStore
  readonly files: FileRecordStore
  readonly previews: PreviewStore
  readonly reads: ReadStore
  readonly sync: SyncStore
  readonly reconcile: ReconcileStore
  readonly imports: ImportStore
}

/**
 * The database. `stores` runs every call on its own; `transaction` runs all calls of `work` in one transaction that commits
 * durably when `work` resolves and rolls back when it rejects. Read committed: each call sees what is committed before it.
 */
export interface Storage {
  readonly stores: Stores
  transaction<T>(work: (stores: Stores) => Promise<T>): Promise<T>
  /** Rejects when the database does not answer. */
  ping(): Promise<void>
}

/** A log line never holds a secret or the text of a message. */
export interface Log {
  debug(data: object, message: string): void
  info(data: object, message: string): void
  warn(data: object, message: string): void
  error(data: object, message: string): void
}

/** Rules that the operator chose. */
export interface Policy {
  readonly registration: 'open' | 'closed'
  /** Whether anyone may fill the messenger with demo data. */
  readonly demo: boolean
  /** Who may make the few test accounts of a contract that has a call for it. Their passwords are known to all. */
  readonly testData: 'everyone' | 'own machine' | 'nobody'
  /** Whether other messengers' contracts, whose documents use such passwords, take weak ones. The own API never does. */
  readonly weakPasswords: 'dialects' | 'nowhere'
}

export interface Ports {
  readonly storage: Storage
  readonly bus: Bus
  readonly messageWriter: MessageWriter
  readonly reconciler: Reconciler
  readonly fileStore: FileStore
  readonly images: Images
  readonly mediaTypes: MediaTypes
  readonly previews: Previews
  readonly room: Room
  readonly clock: Clock
  readonly ids: IdSource
  readonly keyIds: KeyIds
  readonly passwords: PasswordHasher
  readonly passwordStrength: PasswordStrength
  readonly accessTokens: AccessTokens
  readonly refreshKey: KeyedHash
  readonly deviceKey: KeyedHash
  readonly rateLimiter: RateLimiter
  readonly policy: Policy
  readonly log: Log
}

export const toTime = (date: Date): Time => date.toISOString()
