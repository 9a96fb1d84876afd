// Where the actor is logged in.
import type { Session } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { type Clock, type Storage, toTime } from '../ports.ts'

export async function listSessions(
  ports: { readonly storage: Storage; readonly clock: Clock },
  actor: Actor,
): Promise<Session[]> {
  const sessions = await ports.storage.stores.sessions.listLive(actor.userId, ports.clock.now())
  return sessions.map((session) => ({
    id: session.id,
    user_agent: session.userAgent,
    ip: session.ip,
    created_at: toTime(session.createdAt),
    last_used_at: toTime(session.lastUsedAt),
    expires_at: toTime(session.expiresAt),
    current: session.id === actor.sessionId,
  }))
}
