// Refresh tokens are derived, not stored: `<session>.<generation>.<mac>` with mac = HMAC(server key, session|generation|salt).
// Neither the database alone nor the server's secret alone suffices to make one, and the successor of a token can be
// given twice (two tabs that refresh at once) without ever keeping it.
import { timingSafeEqual } from 'node:crypto'
import type { Id } from '@parley/protocol'
import type { KeyedHash } from '../ports.ts'

export interface RefreshToken {
  readonly sessionId: Id
  readonly generation: number
  readonly mac: Buffer
}

const pattern =
  /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.([1-9][0-9]{0,8})\.([A-Za-z0-9_-]{43})$/

/** The token of a session's generation. */
export function formatRefreshToken(key: KeyedHash, sessionId: Id, salt: Buffer, generation: number): string {
  return `${sessionId}.${generation}.${macOf(key, sessionId, salt, generation).toString('base64url')}`
}

/** The parts of a well-formed token; says nothing about whether it is genuine. */
export function parseRefreshToken(token: string): RefreshToken | null {
  const match = pattern.exec(token)
  if (!match?.[1] || !match[2] || !match[3]) return null
  return { sessionId: match[1], generation: Number(match[2]), mac: Buffer.from(match[3], 'base64url') }
}

/** Whether this server made the token for that session, in whatever generation. */
export function isGenuine(key: KeyedHash, token: RefreshToken, salt: Buffer): boolean {
  return timingSafeEqual(macOf(key, token.sessionId, salt, token.generation), token.mac)
}

function macOf(key: KeyedHash, sessionId: Id, salt: Buffer, generation: number): Buffer {
  return key.digest(`${sessionId}|${generation}|${salt.toString('base64url')}`)
}
