// Accounts in PostgreSQL.
import type { Id, Me, User } from '@parley/protocol'
import type {
  AccountChange,
  AccountRecord,
  AccountStore,
  NewAccount,
  UserFilter,
} from '../core/accounts/store.ts'
import type { Page } from '../core/page.ts'
import { cursorCodec, toPage } from './cursor.ts'
import type { Database } from './database.ts'
import { isUniqueViolation } from './database-faults.ts'
import { type MeRow, toMe, toUser, type UserRow } from './rows.ts'
import { emailKey, formerKey, keyRangeEnd, textKey, usernameSkeleton } from './text-key.ts'

export const profileColumns = 'id, username, name, bio, avatar_file_id, created_at, deleted_at'
/** Who is offered to those who look for people (A11, A22). */
export const isOffered = 'deleted_at IS NULL AND deactivated_at IS NULL AND disabled_at IS NULL'
export const meColumns = `${profileColumns}, email, email_visibility, locale, is_admin`
const accountColumns = `${meColumns}, password_hash, deactivated_at, disabled_at`

interface AccountRow extends MeRow {
  readonly password_hash: string
  readonly deactivated_at: Date | null
  readonly disabled_at: Date | null
}

const insertAccount = {
  name: 'accounts.insert',
  text: `
    INSERT INTO users (id, username, username_key, email, email_key, name, name_key, bio, locale, password_hash, created_at,
      username_skeleton)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT DO NOTHING
    RETURNING ${meColumns}`,
}

const findByLogin = {
  name: 'accounts.findByLogin',
  text: `
    SELECT ${accountColumns} FROM (
      SELECT * FROM users WHERE username_key = $1
      UNION ALL
      SELECT * FROM users WHERE email_key = $2
      OFFSET 0
    ) found
    WHERE deleted_at IS NULL
    LIMIT 1`,
}

const findAccount = {
  name: 'accounts.find',
  text: `SELECT ${accountColumns} FROM users WHERE id = $1 AND deleted_at IS NULL`,
}

const lockAccount = { name: 'accounts.lock', text: `${findAccount.text} FOR NO KEY UPDATE` }

const updateAccount = {
  name: 'accounts.update',
  text: `
    UPDATE users SET
      username = CASE WHEN $2::boolean THEN $3 ELSE username END,
      username_key = CASE WHEN $2 THEN $4 ELSE username_key END,
      username_skeleton = CASE WHEN $2 THEN $15 ELSE username_skeleton END,
      email = CASE WHEN $5::boolean THEN $6 ELSE email END,
      email_key = CASE WHEN $5 THEN $7 ELSE email_key END,
      name = COALESCE($8, name),
      name_key = COALESCE($9, name_key),
      bio = COALESCE($10, bio),
      locale = COALESCE($11, locale),
      password_hash = COALESCE($12, password_hash),
      avatar_file_id = CASE WHEN $13::boolean THEN $14 ELSE avatar_file_id END,
      email_visibility = COALESCE($16, email_visibility)
    WHERE id = $1 AND deleted_at IS NULL
    RETURNING ${meColumns}`,
}

const findProfiles = {
  name: 'accounts.profiles',
  text: `SELECT ${profileColumns} FROM users WHERE id = ANY ($1::uuid[])`,
}

// In id order, so that two who hold the same people do not wait for each other.
const holdProfiles = {
  name: 'accounts.holdProfiles',
  text: `SELECT ${profileColumns} FROM users WHERE id = ANY ($1::uuid[]) ORDER BY id FOR KEY SHARE`,
}

const setDeactivated = {
  name: 'accounts.setDeactivated',
  text: 'UPDATE users SET deactivated_at = $2 WHERE id = $1 AND deleted_at IS NULL',
}

// A change of keys, which is why it waits for those who hold the profile and they for it.
const eraseAccount = {
  name: 'accounts.erase',
  text: `
    UPDATE users SET
      username = NULL, username_key = NULL, username_skeleton = NULL, email = NULL, email_key = NULL, name = '', name_key = '', bio = '',
      locale = 'en', email_visibility = 'contacts', avatar_file_id = NULL, password_hash = '', is_admin = false, last_seen_at = NULL,
      deactivated_at = NULL, disabled_at = NULL, deleted_at = $2, departing = true
    WHERE id = $1 AND deleted_at IS NULL
    RETURNING ${profileColumns}`,
}

const findDeparting = { name: 'accounts.departing', text: 'SELECT id FROM users WHERE departing ORDER BY id' }

const noteDeparted = {
  name: 'accounts.noteDeparted',
  text: 'UPDATE users SET departing = false WHERE id = $1',
}

interface FoundRow extends UserRow {
  readonly name_key: string
}

const listUsers = {
  name: 'accounts.list',
  text: `
    SELECT ${profileColumns}, name_key FROM users
    WHERE ${isOffered} AND (name_key, id) > ($1, $2)
    ORDER BY name_key, id
    LIMIT $3`,
}

// An arm for each index, and `OFFSET 0` where the planner could walk through all names instead; whoever is found twice is given
// once.
const searchUsers = {
  name: 'accounts.search',
  text: `
    (
      SELECT ${profileColumns}, name_key FROM users
      WHERE ${isOffered}
        AND name_key >= $4 AND name_key < $5 AND (name_key, id) > ($1, $2)
      ORDER BY name_key, id
      LIMIT $3
    ) UNION (
      SELECT ${profileColumns}, name_key FROM (
        SELECT * FROM users WHERE username_key >= $4 AND username_key < $5 OFFSET 0
      ) named
      WHERE ${isOffered} AND (name_key, id) > ($1, $2)
      ORDER BY name_key, id
      LIMIT $3
    ) UNION (
      SELECT ${profileColumns}, name_key FROM (SELECT * FROM users WHERE email_key = $6 OFFSET 0) addressed
      WHERE (email_visibility <> 'nobody' OR id = $7) AND ${isOffered} AND (name_key, id) > ($1, $2)
    )
    ORDER BY name_key, id
    LIMIT $3`,
}

const noteSeen = {
  name: 'accounts.noteSeen',
  // The sockets of an account close after it was deleted.
  text: `
    UPDATE users SET last_seen_at = $2
    WHERE id = $1 AND deleted_at IS NULL AND (last_seen_at IS NULL OR last_seen_at < $2)`,
}

const findLastSeen = {
  name: 'accounts.lastSeen',
  text: 'SELECT id, last_seen_at FROM users WHERE id = ANY ($1::uuid[]) AND last_seen_at IS NOT NULL',
}

const userCursor = cursorCodec('users', ['text', 'id'])
const beforeAll = ['', '00000000-0000-0000-0000-000000000000'] as const

const loginKey = (login: string): string => emailKey(login)

/** Accounts over a pool or a transaction. */
export function accountStore(database: Database): AccountStore {
  return {
    insert: (account) => insert(database, account),
    async findByLogin(login) {
      const former = formerKey(login)
      // Only an account that could not get the present key has the former one; everybody else's would be found by the present.
      const [kept] = former === null ? [] : await database.query<AccountRow>(findByLogin, [former, former])
      const [row] =
        kept === undefined
          ? await database.query<AccountRow>(findByLogin, [textKey(login), emailKey(login)])
          : [kept]
      return row === undefined ? null : toRecord(row)
    },
    loginKey,
    async find(userId) {
      const [row] = await database.query<AccountRow>(findAccount, [userId])
      return row === undefined ? null : toRecord(row)
    },
    async lock(userId) {
      const [row] = await database.query<AccountRow>(lockAccount, [userId])
      return row === undefined ? null : toRecord(row)
    },
    update: (userId, change) => update(database, userId, change),
    async profiles(userIds) {
      return (await database.query<UserRow>(findProfiles, [userIds])).map(toUser)
    },
    async holdProfiles(userIds) {
      return (await database.query<UserRow>(holdProfiles, [userIds])).map(toUser)
    },
    async setDeactivated(userId, at) {
      await database.query(setDeactivated, [userId, at])
    },
    async erase(userId, at) {
      const [row] = await database.query<UserRow>(eraseAccount, [userId, at])
      if (row === undefined) throw new Error('The account to erase is not as the caller believes')
      return toUser(row)
    },
    async departing() {
      return (await database.query<{ id: Id }>(findDeparting, [])).map((row) => row.id)
    },
    async noteDeparted(userId) {
      await database.query(noteDeparted, [userId])
    },
    search: (filter) => search(database, filter),
    async noteSeen(userId, at) {
      await database.query(noteSeen, [userId, at])
    },
    async lastSeen(userIds) {
      const rows = await database.query<{ id: Id; last_seen_at: Date }>(findLastSeen, [userIds])
      return new Map(rows.map((row) => [row.id, row.last_seen_at]))
    },
  }
}

const toRecord = (row: AccountRow): AccountRecord => ({
  me: toMe(row),
  passwordHash: row.password_hash,
  deactivatedAt: row.deactivated_at,
  disabledAt: row.disabled_at,
})
const keyOrNull = (text: string | null | undefined, keyOf = textKey): string | null =>
  text == null ? null : keyOf(text)

async function insert(database: Database, account: NewAccount): Promise<Me | null> {
  const [row] = await database.query<MeRow>(insertAccount, [
    account.id,
    account.username,
    keyOrNull(account.username),
    account.email,
    keyOrNull(account.email, emailKey),
    account.name,
    textKey(account.name),
    account.bio,
    account.locale,
    account.passwordHash,
    account.createdAt,
    keyOrNull(account.username, usernameSkeleton),
  ])
  return row === undefined ? null : toMe(row)
}

/** In a transaction nothing else can be done after 'taken' but to roll back. */
async function update(database: Database, userId: Id, change: AccountChange): Promise<Me | 'taken' | null> {
  try {
    const [row] = await database.query<MeRow>(updateAccount, [
      userId,
      change.username !== undefined,
      change.username ?? null,
      keyOrNull(change.username),
      change.email !== undefined,
      change.email ?? null,
      keyOrNull(change.email, emailKey),
      change.name ?? null,
      keyOrNull(change.name),
      change.bio ?? null,
      change.locale ?? null,
      change.passwordHash ?? null,
      change.avatarId !== undefined,
      change.avatarId ?? null,
      keyOrNull(change.username, usernameSkeleton),
      change.emailVisibility ?? null,
    ])
    return row === undefined ? null : toMe(row)
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}

async function search(database: Database, filter: UserFilter): Promise<Page<User>> {
  const after = filter.cursor === undefined ? beforeAll : userCursor.decode(filter.cursor)
  const query = filter.query ?? ''
  const key = textKey(query)
  const rows =
    key === ''
      ? await database.query<FoundRow>(listUsers, [...after, filter.limit + 1])
      : await database.query<FoundRow>(searchUsers, [
          ...after,
          filter.limit + 1,
          key,
          keyRangeEnd(key),
          emailKey(query),
          filter.finderId,
        ])
  const page = toPage(rows, filter.limit, (last) => userCursor.encode([last.name_key, last.id]))
  return { items: page.rows.map(toUser), next_cursor: page.next_cursor }
}
