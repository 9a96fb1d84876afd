// Ports for logging in, with accounts and sessions in memory: just what those commands use. Tests of the doors need who is logged in
// and how; what the database makes of it is tested with the database.
import { randomUUID } from 'node:crypto'
import { sampleMe } from '../../../../protocol/test/samples.ts'
import { createLocalBus } from '../../bus/local.ts'
import type { AccountRecord, AccountStore, SessionRecord, SessionStore } from '../../core/accounts/store.ts'
import type { Envelope } from '../../core/events.ts'
import type { AccessTokens, Ports, Storage, Stores } from '../../core/ports.ts'
import { createKeyedHash } from '../../security/keys.ts'
import { unlimited } from '../../security/rate-limiter.ts'
import { onlyPorts, recordingLog } from './start.ts'

/** Tokens that say openly whose they are. */
const accessTokens: AccessTokens = {
  lifetimeSeconds: 900,
  sign: async ({ userId, sessionId, generation }) => `${userId}~${sessionId}~${generation}`,
  async verify(token) {
    const [userId, sessionId, generation] = token.split('~')
    return userId && sessionId ? { userId, sessionId, generation: Number(generation) } : null
  },
}

const passwords = {
  hash: async (password: string) => `hash of ${password}`,
  verify: async (hash: string | null, password: string) => hash === `hash of ${password}`,
  knows: () => true,
  isForeign: () => false,
}

export interface AccountPorts {
  readonly ports: Ports
  readonly sessions: Map<string, SessionRecord>
  readonly published: Envelope[]
  readonly clock: { time: number; now(): Date }
}

export function accountPorts(): AccountPorts {
  const clock = { time: Date.parse('2026-01-31T12:00:00.000Z'), now: () => new Date(clock.time) }
  const sessions = new Map<string, SessionRecord>()
  const published: Envelope[] = []
  const bus = createLocalBus({ log: recordingLog() })
  bus.subscribe((envelopes) => void published.push(...envelopes))
  const storage = storageOf({ accounts: accountStore(), sessions: sessionStore(sessions) })
  const ports = onlyPorts({
    storage,
    clock,
    accessTokens,
    passwords,
    passwordStrength: { isGuessable: async () => false },
    ids: { next: () => randomUUID() },
    refreshKey: createKeyedHash('secret of a test', 'refresh-tokens'),
    deviceKey: createKeyedHash('secret of a test', 'devices'),
    rateLimiter: unlimited,
    policy: { registration: 'open', demo: false, testData: 'nobody', weakPasswords: 'dialects' },
    bus,
  })
  return { ports, sessions, published, clock }
}

function storageOf(used: Partial<Stores>): Storage {
  const stores = used as Stores
  return { stores, transaction: (work) => work(stores), ping: async () => {} }
}

function accountStore(): AccountStore {
  const accounts = new Map<string, AccountRecord>()
  const byLogin = (login: string) => [...accounts.values()].find(({ me }) => me.username === login) ?? null
  const used: Pick<AccountStore, 'insert' | 'find' | 'lock' | 'findByLogin' | 'loginKey'> = {
    async insert({ passwordHash, createdAt, ...account }) {
      if (account.username !== null && byLogin(account.username) !== null) return null
      const me = sampleMe({ ...account, created_at: createdAt.toISOString() })
      accounts.set(me.id, { me, passwordHash, deactivatedAt: null, disabledAt: null })
      return me
    },
    find: async (id) => accounts.get(id) ?? null,
    lock: async (id) => accounts.get(id) ?? null,
    findByLogin: async (login) => byLogin(login),
    loginKey: (login) => login,
  }
  return used as AccountStore
}

function sessionStore(sessions: Map<string, SessionRecord>): SessionStore {
  const change = (id: string, more: Partial<SessionRecord>): void => {
    const session = sessions.get(id)
    if (session !== undefined) sessions.set(id, { ...session, ...more })
  }
  const isLive = (session: SessionRecord | undefined, at: Date): session is SessionRecord =>
    session !== undefined && session.revokedAt === null && session.expiresAt > at
  return {
    insert: async (session) => void sessions.set(session.id, session),
    find: async (id) => sessions.get(id) ?? null,
    lock: async (id) => sessions.get(id) ?? null,
    rotate: async (id, { generation, at, expiresAt }) => change(id, { generation, rotatedAt: at, expiresAt }),
    async revoke(userId, which, at) {
      const ended = [...sessions.values()].filter(
        (session) =>
          session.userId === userId &&
          session.revokedAt === null &&
          (which === 'all' || ('only' in which ? session.id === which.only : session.id !== which.except)),
      )
      for (const { id } of ended) change(id, { revokedAt: at })
      return ended.map(({ id }) => id)
    },
    async erase(userId, at) {
      const own = [...sessions.values()].filter((session) => session.userId === userId)
      for (const { id } of own) sessions.delete(id)
      return own.filter((session) => isLive(session, at)).map(({ id }) => id)
    },
    listLive: async (userId, at) =>
      [...sessions.values()].filter((session) => session.userId === userId && isLive(session, at)),
    noteUsed: async (id, usedGeneration) => change(id, { usedGeneration }),
    keep: async (ids, at) => ids.filter((id) => !isLive(sessions.get(id), at)),
    isLive: async (id, at) => isLive(sessions.get(id), at),
  }
}
