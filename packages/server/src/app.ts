// The one place that builds the concrete parts and joins them.
import type { AddressInfo } from 'node:net'
import { v7 as uuidv7 } from 'uuid'
import { createLocalBus } from './bus/local.ts'
import { createSessionGuard } from './core/accounts/session-guard.ts'
import { createMessageWriter } from './core/messages/message-writer.ts'
import type { Clock, Policy, Ports } from './core/ports.ts'
import { watchable } from './core/presence/watchable.ts'
import { demoWorld } from './demo/generate.ts'
import { seedDemo } from './demo/seed-demo.ts'
import { authenticateUpgrade } from './http/credentials.ts'
import { createHttpServer } from './http/server.ts'
import type { HttpSettings } from './http/settings.ts'
import { createLogs, type LogLevels } from './observability/logs.ts'
import { createMetrics } from './observability/metrics.ts'
import { createRealtime } from './realtime/realtime.ts'
import { createAccessTokens } from './security/access-tokens.ts'
import { createKeyedHash, isOperatorKey } from './security/keys.ts'
import { createPasswordHasher } from './security/password-hasher.ts'
import { createRateLimiter, unlimited } from './security/rate-limiter.ts'
import { socketCommands } from './socket-commands.ts'
import { migrate } from './storage/migrate.ts'
import { type Connection, checkServer, createPool } from './storage/postgres.ts'
import { createStorage } from './storage/storage.ts'
import { createGateway } from './ws/gateway.ts'

export interface AppSettings {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly database: Connection
  /** At least 32 characters; tokens are signed with keys derived from it. */
  readonly secret: string
  readonly http: HttpSettings
  readonly policy: Policy
  readonly rateLimits: 'on' | 'off'
  readonly logLevels: LogLevels
}

export interface App {
  readonly port: number
  /** For tests and tools in the same process. */
  readonly ports: Ports
  /**
   * Stops taking work, lets requests in hand and batches on their way finish, tells sockets to come back later, and closes
   * the database last.
   */
  stop(): Promise<void>
}

/** Connections to the database: more would only queue inside PostgreSQL on a small machine. */
const poolSize = 16

const clock: Clock = { now: () => new Date() }

/** Migrates the database and serves. Rejects, with nothing left running, when the database or the port cannot be had. */
export async function startApp(settings: AppSettings): Promise<App> {
  const logs = createLogs(settings.logLevels)
  const metrics = createMetrics()
  const pool = createPool(settings.database, { log: logs.db, max: poolSize })
  try {
    await checkServer(pool, logs.db)
    await migrate(settings.database, { log: logs.db })
  } catch (error) {
    await pool.end()
    throw error
  }
  const storage = createStorage(pool)
  const bus = createLocalBus({ log: logs.core })
  const messageWriter = createMessageWriter({
    store: storage.stores.messages,
    bus,
    onBatch(outcomes) {
      metrics.batchWritten(outcomes.length)
      for (const { status } of outcomes) metrics.sent(status)
    },
  })
  const ports: Ports = {
    storage,
    bus,
    messageWriter,
    clock,
    ids: { next: () => uuidv7() },
    passwords: createPasswordHasher(),
    accessTokens: createAccessTokens(settings.secret, clock),
    refreshKey: createKeyedHash(settings.secret, 'refresh-tokens'),
    rateLimiter: settings.rateLimits === 'on' ? createRateLimiter(clock) : unlimited,
    policy: settings.policy,
    log: logs.core,
  }
  const guard = createSessionGuard(ports)
  const now = () => performance.now()
  const { accounts, chats } = storage.stores
  const realtime = createRealtime({
    accounts,
    chats,
    bus,
    clock,
    log: logs.ws,
    now,
    metrics,
    watchable: (actor, userIds) => watchable(ports, actor, userIds),
  })
  const gateway = createGateway({
    realtime,
    commands: socketCommands(ports),
    authenticate: (token) => guard.authenticate(token),
    authenticateUpgrade: (request) => authenticateUpgrade(request, settings.http),
    ids: ports.ids,
    now,
    log: logs.ws,
    metrics,
  })
  let draining = false
  const http = await createHttpServer({
    ports,
    sessions: guard,
    settings: settings.http,
    log: logs.http,
    metrics,
    isDraining: () => draining,
    async seedDemo({ seed, operator_key }) {
      const allowed = settings.policy.demo || isOperatorKey(settings.secret, operator_key ?? '')
      return allowed
        ? seedDemo(ports, demoWorld({ now: clock.now(), ...(seed === undefined ? {} : { seed }) }))
        : undefined
    },
  })
  gateway.attach(http.server)

  const stop = async (): Promise<void> => {
    draining = true
    await gateway.stop()
    await http.close()
    await messageWriter.idle()
    await realtime.stop()
    guard.close()
    await bus.close()
    await pool.end()
  }
  try {
    await http.listen({ host: settings.host, port: settings.port })
  } catch (error) {
    await stop()
    throw error
  }
  return { port: (http.server.address() as AddressInfo).port, ports, stop: once(stop) }
}

/** The same promise for every call. */
function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= work()
    return running
  }
}
