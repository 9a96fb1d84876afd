// Storage for what the server's operator does with accounts.
import type { Id } from '@parley/protocol'

/** An account as the operator sees it in a list. */
export interface AccountLine {
  readonly id: Id
  readonly username: string | null
  readonly email: string | null
  readonly name: string
  readonly isAdmin: boolean
  readonly createdAt: Date
  readonly lastSeenAt: Date | null
  readonly deactivatedAt: Date | null
  readonly disabledAt: Date | null
  readonly liveSessions: number
}

export interface OperatorStore {
  /** Since when the account is disabled; null makes it usable again. Expects it locked. */
  setDisabled(userId: Id, at: Date | null): Promise<void>
  /** Expects the account locked. */
  setAdmin(userId: Id, isAdmin: boolean): Promise<void>
  /** Accounts that are not deleted, in the order in which they were made, from behind that one on; with sessions as of the time. */
  list(after: Id | null, limit: number, at: Date): Promise<AccountLine[]>
}
