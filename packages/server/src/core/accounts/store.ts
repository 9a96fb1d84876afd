// Storage that accounts and sessions need.
import type { EmailVisibility, Id, Me, User } from '@parley/protocol'
import type { Page } from '../page.ts'

export interface AccountRecord {
  readonly me: Me
  readonly passwordHash: string
  /** Null for whoever is active. */
  readonly deactivatedAt: Date | null
  /** Null for whoever may log in. */
  readonly disabledAt: Date | null
}

export interface NewAccount {
  readonly id: Id
  readonly username: string | null
  readonly email: string | null
  readonly name: string
  readonly bio: string
  readonly locale: 'en' | 'ru'
  readonly passwordHash: string
  readonly createdAt: Date
}

export interface AccountChange {
  readonly username?: string | null
  readonly email?: string | null
  readonly name?: string
  readonly bio?: string
  readonly locale?: 'en' | 'ru'
  readonly emailVisibility?: EmailVisibility
  readonly passwordHash?: string
  /** A file that is there. */
  readonly avatarId?: Id | null
}

export interface UserFilter {
  /** Who looks: by an email nobody else is found who shows it to nobody. */
  readonly finderId: Id
  readonly query?: string
  readonly limit: number
  readonly cursor?: string
}

export interface AccountStore {
  /** Null when username or email is taken: A1 and A13 of docs/spec.md. */
  insert(account: NewAccount): Promise<Me | null>
  /** By username or email, however it is written (A12). Deleted accounts are not found. */
  findByLogin(login: string): Promise<AccountRecord | null>
  /** What findByLogin compares: two logins have one key exactly if they find the same. */
  loginKey(login: string): string
  find(userId: Id): Promise<AccountRecord | null>
  /** `find`, with the row locked until the transaction ends. */
  lock(userId: Id): Promise<AccountRecord | null>
  /** 'taken' when the new username or email belongs to another; null when there is no such account. */
  update(userId: Id, change: AccountChange): Promise<Me | 'taken' | null>
  /** Public profiles in no particular order; unknown ids are left out. */
  profiles(userIds: readonly Id[]): Promise<User[]>
  /** `profiles`, of people who are not deleted before the transaction ends: whoever brings them into a chat looks here. */
  holdProfiles(userIds: readonly Id[]): Promise<User[]>
  /** Since when the account is deactivated; null makes it active. */
  setDeactivated(userId: Id, at: Date | null): Promise<void>
  /**
   * Leaves nothing of the locked account but its id, and gives what others see of it now. The person counts as departing.
   * Waits for the transactions that hold the profile, so that whoever reads memberships afterwards sees theirs.
   */
  erase(userId: Id, at: Date): Promise<User>
  /** Deleted people who have not left all their groups yet. */
  departing(): Promise<Id[]>
  noteDeparted(userId: Id): Promise<void>
  /** Active people, none of them disabled, whose name or username begins with the query, or whose email is exactly it; ordered by name. */
  search(filter: UserFilter): Promise<Page<User>>
  noteSeen(userId: Id, at: Date): Promise<void>
  lastSeen(userIds: readonly Id[]): Promise<Map<Id, Date>>
}

export interface SessionRecord {
  readonly id: Id
  readonly userId: Id
  /** Salt of this session's refresh tokens; see refresh-token.ts. */
  readonly refreshSalt: Buffer
  /** The generation of the newest refresh token handed out. */
  readonly generation: number
  readonly rotatedAt: Date
  /** The newest generation of which the access token was used. */
  readonly usedGeneration: number
  /** Which door's login made it: the canonical one, or a dialect by its name. */
  readonly door: string
  readonly userAgent: string
  readonly ip: string
  readonly createdAt: Date
  readonly lastUsedAt: Date
  readonly expiresAt: Date
  readonly revokedAt: Date | null
}

/** In milliseconds: without being used, and altogether. */
export interface SessionLifetimes {
  readonly unused: number
  readonly longest: number
}

export interface SessionStore {
  insert(session: SessionRecord): Promise<void>
  find(sessionId: Id): Promise<SessionRecord | null>
  /** `find`, with the row locked until the transaction ends. */
  lock(sessionId: Id): Promise<SessionRecord | null>
  rotate(sessionId: Id, change: { generation: number; at: Date; expiresAt: Date }): Promise<void>
  /** Ends live sessions of the user: one, all, or all but one. Returns the ids that it ended. */
  revoke(userId: Id, which: { only: Id } | { except: Id } | 'all', at: Date): Promise<Id[]>
  /** Deletes all sessions of the user, those that are over too. Returns the ids of the live ones. */
  erase(userId: Id, at: Date): Promise<Id[]>
  /** Neither revoked nor expired, the latest used first. */
  listLive(userId: Id, at: Date): Promise<SessionRecord[]>
  /** Notes that an access token of the generation was used. */
  noteUsed(sessionId: Id, generation: number): Promise<void>
  /** Gives those of the sessions that are over, and lets the others, which are in use, live as long as they may from now on. */
  keep(sessionIds: readonly Id[], at: Date, lifetimes: SessionLifetimes): Promise<Id[]>
  /** Whether the session may act at that time. */
  isLive(sessionId: Id, at: Date): Promise<boolean>
}
