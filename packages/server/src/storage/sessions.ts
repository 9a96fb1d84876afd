// Sessions in PostgreSQL.
import type { Id } from '@parley/protocol'
import type { SessionRecord, SessionStore } from '../core/accounts/store.ts'
import type { Database } from './database.ts'

interface SessionRow {
  readonly id: Id
  readonly user_id: Id
  readonly refresh_salt: Buffer
  readonly generation: number
  readonly rotated_at: Date
  readonly used_generation: number
  readonly door: string
  readonly user_agent: string
  readonly ip: string
  readonly created_at: Date
  readonly last_used_at: Date
  readonly expires_at: Date
  readonly revoked_at: Date | null
}

const columns = `id, user_id, refresh_salt, generation, rotated_at, user_agent, ip, created_at, last_used_at, expires_at,
  revoked_at, used_generation, door`

const insertSession = {
  name: 'sessions.insert',
  text: `INSERT INTO sessions (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
}

const findSession = { name: 'sessions.find', text: `SELECT ${columns} FROM sessions WHERE id = $1` }

const lockSession = {
  name: 'sessions.lock',
  text: `SELECT ${columns} FROM sessions WHERE id = $1 FOR NO KEY UPDATE`,
}

const rotateSession = {
  name: 'sessions.rotate',
  text: `
    UPDATE sessions SET generation = $2, rotated_at = $3, last_used_at = $3, expires_at = $4
    WHERE id = $1`,
}

const noteUsed = {
  name: 'sessions.noteUsed',
  text: 'UPDATE sessions SET used_generation = $2 WHERE id = $1 AND used_generation < $2',
}

const revokeSessions = {
  name: 'sessions.revoke',
  text: `
    UPDATE sessions SET revoked_at = $2
    WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
      AND ($3::uuid IS NULL OR id = $3) AND ($4::uuid IS NULL OR id <> $4)
    RETURNING id`,
}

// By the two indexes that together have all sessions of a person.
const eraseSessions = {
  name: 'sessions.erase',
  text: `
    WITH own AS MATERIALIZED (
      SELECT id FROM sessions WHERE user_id = $1 AND revoked_at IS NULL
      UNION ALL
      SELECT id FROM sessions WHERE user_id = $1 AND revoked_at IS NOT NULL
    )
    DELETE FROM sessions WHERE id = ANY (ARRAY(SELECT id FROM own))
    RETURNING id, revoked_at IS NULL AND expires_at > $2 AS live`,
}

const listLive = {
  name: 'sessions.listLive',
  text: `
    SELECT ${columns} FROM sessions
    WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
    ORDER BY last_used_at DESC, id DESC`,
}

// A session is in use as long as a socket of it stands. Its end is moved once an hour, so that a look is a read most of the time.
const keepSessions = {
  name: 'sessions.keep',
  text: `
    WITH kept AS (
      UPDATE sessions s SET last_used_at = $2,
        expires_at = LEAST($2 + $3 * interval '1 millisecond', s.created_at + $4 * interval '1 millisecond')
      WHERE s.id = ANY ($1::uuid[]) AND s.revoked_at IS NULL AND s.expires_at > $2
        AND s.last_used_at < $2 - interval '1 hour'
    )
    SELECT named.id FROM unnest($1::uuid[]) AS named (id)
    LEFT JOIN LATERAL (
      SELECT o.revoked_at, o.expires_at FROM sessions o WHERE o.id = named.id OFFSET 0
    ) found ON true
    WHERE found.expires_at IS NULL OR found.revoked_at IS NOT NULL OR found.expires_at <= $2`,
}

const isLive = {
  name: 'sessions.isLive',
  text: 'SELECT revoked_at IS NULL AND expires_at > $2 AS live FROM sessions WHERE id = $1',
}

/** Sessions over a pool or a transaction. */
export function sessionStore(database: Database): SessionStore {
  return {
    async insert(session) {
      await database.query(insertSession, [
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
        session.usedGeneration,
        session.door,
      ])
    },
    async find(sessionId) {
      const [row] = await database.query<SessionRow>(findSession, [sessionId])
      return row === undefined ? null : toSession(row)
    },
    async lock(sessionId) {
      const [row] = await database.query<SessionRow>(lockSession, [sessionId])
      return row === undefined ? null : toSession(row)
    },
    async rotate(sessionId, change) {
      await database.query(rotateSession, [sessionId, change.generation, change.at, change.expiresAt])
    },
    async revoke(userId, which, at) {
      const only = which !== 'all' && 'only' in which ? which.only : null
      const except = which !== 'all' && 'except' in which ? which.except : null
      const rows = await database.query<{ id: Id }>(revokeSessions, [userId, at, only, except])
      return rows.map((row) => row.id)
    },
    async erase(userId, at) {
      const rows = await database.query<{ id: Id; live: boolean }>(eraseSessions, [userId, at])
      return rows.filter((row) => row.live).map((row) => row.id)
    },
    async listLive(userId, at) {
      return (await database.query<SessionRow>(listLive, [userId, at])).map(toSession)
    },
    async noteUsed(sessionId, generation) {
      await database.query(noteUsed, [sessionId, generation])
    },
    async keep(sessionIds, at, { unused, longest }) {
      if (sessionIds.length === 0) return []
      const rows = await database.query<{ id: Id }>(keepSessions, [sessionIds, at, unused, longest])
      return rows.map((row) => row.id)
    },
    async isLive(sessionId, at) {
      const [row] = await database.query<{ live: boolean }>(isLive, [sessionId, at])
      return row?.live ?? false
    },
  }
}

const toSession = (row: SessionRow): SessionRecord => ({
  id: row.id,
  userId: row.user_id,
  refreshSalt: row.refresh_salt,
  generation: row.generation,
  rotatedAt: row.rotated_at,
  usedGeneration: row.used_generation,
  door: row.door,
  userAgent: row.user_agent,
  ip: row.ip,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
})
