// What the operator does with accounts, in PostgreSQL.
import type { Id } from '@parley/protocol'
import type { AccountLine, OperatorStore } from '../core/accounts/operator-store.ts'
import type { Database } from './database.ts'

const setDisabled = {
  name: 'operator.setDisabled',
  text: 'UPDATE users SET disabled_at = $2 WHERE id = $1 AND deleted_at IS NULL',
}

const setAdmin = {
  name: 'operator.setAdmin',
  text: 'UPDATE users SET is_admin = $2 WHERE id = $1 AND deleted_at IS NULL',
}

// The inner query walks the index of the ids, whatever other index its rows would fit.
const listAccounts = {
  name: 'operator.list',
  text: `
    SELECT u.id, u.username, u.email, u.name, u.is_admin, u.created_at, u.last_seen_at, u.deactivated_at, u.disabled_at,
      (SELECT count(*)::int FROM sessions s WHERE s.user_id = u.id AND s.revoked_at IS NULL AND s.expires_at > $3) AS live_sessions
    FROM (SELECT * FROM users WHERE id > $1 ORDER BY id OFFSET 0) u
    WHERE u.deleted_at IS NULL
    ORDER BY u.id
    LIMIT $2`,
}

interface AccountLineRow {
  readonly id: Id
  readonly username: string | null
  readonly email: string | null
  readonly name: string
  readonly is_admin: boolean
  readonly created_at: Date
  readonly last_seen_at: Date | null
  readonly deactivated_at: Date | null
  readonly disabled_at: Date | null
  readonly live_sessions: number
}

const beforeAll: Id = '00000000-0000-0000-0000-000000000000'

/** Over a pool or a transaction. */
export function operatorStore(database: Database): OperatorStore {
  return {
    async setDisabled(userId, at) {
      await database.query(setDisabled, [userId, at])
    },
    async setAdmin(userId, isAdmin) {
      await database.query(setAdmin, [userId, isAdmin])
    },
    async list(after, limit, at) {
      const rows = await database.query<AccountLineRow>(listAccounts, [after ?? beforeAll, limit, at])
      return rows.map(toLine)
    },
  }
}

const toLine = (row: AccountLineRow): AccountLine => ({
  id: row.id,
  username: row.username,
  email: row.email,
  name: row.name,
  isAdmin: row.is_admin,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at,
  deactivatedAt: row.deactivated_at,
  disabledAt: row.disabled_at,
  liveSessions: row.live_sessions,
})
