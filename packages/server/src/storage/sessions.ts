// Rows of sessions.
import type { SessionRecord, SessionStore } from '../core/accounts/store.ts'
import { dateOrNull } from './columns.ts'
import type { Database, Row } from './postgres.ts'

const toSession = (row: Row): SessionRecord => ({
  id: String(row.id),
  userId: String(row.user_id),
  refreshSalt: row.refresh_salt as Buffer,
  generation: Number(row.generation),
  rotatedAt: row.rotated_at as Date,
  userAgent: String(row.user_agent),
  ip: String(row.ip),
  createdAt: row.created_at as Date,
  lastUsedAt: row.last_used_at as Date,
  expiresAt: row.expires_at as Date,
  revokedAt: dateOrNull(row.revoked_at),
})

export function createSessionStore(database: Database): SessionStore {
  const find = async (sessionId: string, lock: string): Promise<SessionRecord | null> => {
    const rows = await database.query(`SELECT * FROM sessions WHERE id = $1 ${lock}`, [sessionId])
    return rows[0] === undefined ? null : toSession(rows[0])
  }
  return {
    async insert(session) {
      await database.query(
        `INSERT INTO sessions (id, user_id, refresh_salt, generation, rotated_at, user_agent, ip, created_at, last_used_at,
           expires_at, revoked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          session.id,
          session.userId,
          session.refreshSalt,
          session.generation,
          session.rotatedAt,
          session.userAgent,
          session.ip,
          session.createdAt,
          session.lastUsedAt,
          session.expiresAt,
          session.revokedAt,
        ],
      )
    },
    find: (sessionId) => find(sessionId, ''),
    lock: (sessionId) => find(sessionId, 'FOR UPDATE'),
    async rotate(sessionId, change) {
      await database.query(
        'UPDATE sessions SET generation = $2, rotated_at = $3, last_used_at = $3, expires_at = $4 WHERE id = $1',
        [sessionId, change.generation, change.at, change.expiresAt],
      )
    },
    async revoke(userId, which, at) {
      const only = typeof which === 'object' && 'only' in which ? which.only : null
      const except = typeof which === 'object' && 'except' in which ? which.except : null
      const rows = await database.query<{ id: string }>(
        `UPDATE sessions SET revoked_at = $2
         WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
           AND ($3::uuid IS NULL OR id = $3) AND ($4::uuid IS NULL OR id <> $4)
         RETURNING id`,
        [userId, at, only, except],
      )
      return rows.map((row) => row.id)
    },
    async listLive(userId, at) {
      const rows = await database.query(
        `SELECT * FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
         ORDER BY last_used_at DESC, id DESC LIMIT 200`,
        [userId, at],
      )
      return rows.map(toSession)
    },
    async isLive(sessionId, at) {
      const rows = await database.query(
        'SELECT FROM sessions WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2',
        [sessionId, at],
        'session_is_live',
      )
      return rows.length > 0
    },
  }
}
