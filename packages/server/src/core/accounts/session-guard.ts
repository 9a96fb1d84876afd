// Decides whether an access token may act now: its signature and expiry, and that its session was not ended meanwhile.
import type { Id } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Bus } from '../events.ts'
import type { AccessClaims, AccessTokens, Clock, Storage } from '../ports.ts'

export interface SessionGuard {
  /** Throws `unauthenticated` for a bad or expired token, `session_revoked` when its session is over. */
  authenticate(accessToken: string): Promise<Actor>
  /** `authenticate` for callers who look the session up themselves: throws for a bad or expired token alone. */
  identify(accessToken: string): Promise<Actor>
  close(): void
}

/** Bounds how long a node may believe in a session whose end it did not hear of (an event lost between nodes). */
const trustMs = 2_000
const maxRemembered = 50_000

/** Remembers live sessions for a moment, so that a busy client does not cost a query per call. */
export function createSessionGuard(ports: {
  readonly storage: Storage
  readonly accessTokens: AccessTokens
  readonly clock: Clock
  readonly bus: Bus
}): SessionGuard {
  const liveUntil = new Map<Id, number>()
  // The newest generation that is known to be noted, by session.
  const noted = new Map<Id, number>()
  // One question for all calls of a session that come while it is asked.
  const asking = new Map<Id, Promise<boolean>>()
  // Counts revocations, so that an answer of the database from before one is not remembered after it.
  let revocations = 0
  const unsubscribe = ports.bus.subscribe((envelopes) => {
    for (const { event } of envelopes) {
      if (event.type !== 'session_revoked') continue
      revocations += 1
      liveUntil.delete(event.session_id)
      noted.delete(event.session_id)
      asking.delete(event.session_id)
    }
  })

  const isLive = async (sessionId: Id): Promise<boolean> => {
    if ((liveUntil.get(sessionId) ?? 0) > ports.clock.now().getTime()) return true
    const asked = asking.get(sessionId) ?? ask(sessionId)
    asking.set(sessionId, asked)
    try {
      return await asked
    } finally {
      if (asking.get(sessionId) === asked) asking.delete(sessionId)
    }
  }

  const ask = async (sessionId: Id): Promise<boolean> => {
    const now = ports.clock.now()
    const revocationsBefore = revocations
    if (!(await ports.storage.stores.sessions.isLive(sessionId, now))) return false
    if (revocations !== revocationsBefore) return true
    if (liveUntil.size >= maxRemembered) liveUntil.clear()
    liveUntil.set(sessionId, now.getTime() + trustMs)
    return true
  }

  /**
   * Once for each pair of tokens: from then on the former refresh token is a thief's (A5). Nothing came before the first pair, and the
   * tokens of a session are noted in order, so that a token of an older pair has nothing to say.
   */
  const noteUse = async ({ sessionId, generation }: AccessClaims): Promise<void> => {
    if (generation <= (noted.get(sessionId) ?? 1)) return
    await ports.storage.stores.sessions.noteUsed(sessionId, generation)
    if (noted.size >= maxRemembered) noted.clear()
    noted.set(sessionId, generation)
  }

  const verify = async (accessToken: string): Promise<AccessClaims> => {
    const claims = await ports.accessTokens.verify(accessToken)
    if (claims === null) throw new AppError('unauthenticated')
    return claims
  }

  return {
    async identify(accessToken) {
      const claims = await verify(accessToken)
      await noteUse(claims)
      return actorOf(claims)
    },
    async authenticate(accessToken) {
      const claims = await verify(accessToken)
      if (!(await isLive(claims.sessionId))) throw new AppError('session_revoked')
      await noteUse(claims)
      return actorOf(claims)
    },
    close: unsubscribe,
  }
}

const actorOf = ({ userId, sessionId }: AccessClaims): Actor => ({ userId, sessionId })
