// Rows of users.
import type { Me, User } from '@parley/protocol'
import type {
  AccountChange,
  AccountRecord,
  AccountStore,
  NewAccount,
  UserFilter,
} from '../core/accounts/store.ts'
import { fold, only, time, timeOrNull } from './columns.ts'
import { decodeCursor, pageOf } from './cursor.ts'
import { sqlStateOf } from './database-errors.ts'
import type { Database, Row } from './postgres.ts'

const uniqueViolation = '23505'
const columns = 'id, username, email, name, bio, locale, is_admin, created_at, deleted_at, password_hash'

const toUser = (row: Row): User => ({
  id: String(row.id),
  username: row.username as string | null,
  name: String(row.name),
  bio: String(row.bio),
  created_at: time(row.created_at),
  deleted_at: timeOrNull(row.deleted_at),
})

const toMe = (row: Row): Me => ({
  ...toUser(row),
  email: row.email as string | null,
  locale: row.locale as Me['locale'],
  is_admin: row.is_admin === true,
})

const toRecord = (row: Row): AccountRecord => ({ me: toMe(row), passwordHash: String(row.password_hash) })

/** So that `%` and `_` in a query mean themselves. */
export const likePrefix = (text: string): string => `${fold(text).replaceAll(/[\\%_]/g, '\\$&')}%`

export function createAccountStore(database: Database): AccountStore {
  return {
    insert: (account) => insert(database, account),
    update: (userId, change) => update(database, userId, change),
    search: (filter) => search(database, filter),
    async findByLogin(login) {
      const rows = await database.query(
        `SELECT ${columns} FROM users WHERE (username_key = $1 OR email_key = $1) AND deleted_at IS NULL
         ORDER BY username_key IS NOT DISTINCT FROM $1 DESC LIMIT 1`,
        [fold(login)],
      )
      return rows[0] === undefined ? null : toRecord(rows[0])
    },
    async find(userId) {
      const rows = await database.query(
        `SELECT ${columns} FROM users WHERE id = $1 AND deleted_at IS NULL`,
        [userId],
        'account_find',
      )
      return rows[0] === undefined ? null : toRecord(rows[0])
    },
    async profiles(userIds) {
      const rows = await database.query(
        `SELECT ${columns} FROM users WHERE id = ANY ($1::uuid[])`,
        [userIds],
        'profiles',
      )
      return rows.map(toUser)
    },
    async noteSeen(userId, at) {
      await database.query(
        'UPDATE users SET last_seen_at = GREATEST(last_seen_at, $2) WHERE id = $1 AND deleted_at IS NULL',
        [userId, at],
      )
    },
    async lastSeen(userIds) {
      const rows = await database.query<{ id: string; last_seen_at: Date }>(
        'SELECT id, last_seen_at FROM users WHERE id = ANY ($1::uuid[]) AND last_seen_at IS NOT NULL',
        [userIds],
      )
      return new Map(rows.map((row) => [row.id, row.last_seen_at]))
    },
  }
}

async function insert(database: Database, account: NewAccount): Promise<Me | null> {
  const usernameKey = account.username === null ? null : fold(account.username)
  const emailKey = account.email === null ? null : fold(account.email)
  const rows = await database.query(
    `INSERT INTO users (id, username_key, email_key, username, email, name, name_key, bio, locale, password_hash, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT DO NOTHING RETURNING ${columns}`,
    [
      account.id,
      usernameKey,
      emailKey,
      account.username,
      account.email,
      account.name,
      fold(account.name),
      account.bio,
      account.locale,
      account.passwordHash,
      account.createdAt,
    ],
  )
  return rows[0] === undefined ? null : toMe(rows[0])
}

async function update(
  database: Database,
  userId: string,
  change: AccountChange,
): Promise<Me | 'taken' | null> {
  const rows = await database.query(
    `SELECT ${columns} FROM users WHERE id = $1 AND deleted_at IS NULL FOR UPDATE`,
    [userId],
  )
  if (rows[0] === undefined) return null
  const present = toRecord(rows[0])
  const next = { ...present.me, passwordHash: present.passwordHash, ...change }
  const usernameKey = next.username === null ? null : fold(next.username)
  const emailKey = next.email === null ? null : fold(next.email)
  try {
    const updated = await database.query(
      `UPDATE users SET username_key = $2, email_key = $3, username = $4, email = $5, name = $6, name_key = $7, bio = $8,
         locale = $9, password_hash = $10
       WHERE id = $1 RETURNING ${columns}`,
      [
        userId,
        usernameKey,
        emailKey,
        next.username,
        next.email,
        next.name,
        fold(next.name),
        next.bio,
        next.locale,
        next.passwordHash,
      ],
    )
    return toMe(only(updated))
  } catch (error) {
    if (sqlStateOf(error) === uniqueViolation) return 'taken'
    throw error
  }
}

async function search(database: Database, filter: UserFilter) {
  const [nameKey, id] =
    filter.cursor === undefined ? ['', null] : decodeCursor(filter.cursor, ['string', 'id'])
  const query = filter.query?.trim() ?? ''
  const rows = await database.query(
    `SELECT ${columns}, name_key FROM users
     WHERE deleted_at IS NULL AND ($1 = '' OR name_key LIKE $2 OR username_key LIKE $2 OR email_key = $1)
       AND ($4::uuid IS NULL OR (name_key, id) > ($3 COLLATE "C", $4::uuid))
     ORDER BY name_key, id LIMIT $5`,
    [fold(query), likePrefix(query), nameKey, id, filter.limit + 1],
  )
  return pageOf(rows, filter.limit, toUser, (row) => [String(row.name_key), String(row.id)])
}
