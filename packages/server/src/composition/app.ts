// The one place that builds the concrete parts and joins them.
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RouteBody } from '@parley/protocol'
import type { Pool } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { createLocalBus } from '../bus/local.ts'
import { finishDeletions } from '../core/accounts/finish-deletions.ts'
import { createSessionGuard, type SessionGuard } from '../core/accounts/session-guard.ts'
import { networkOf } from '../core/address.ts'
import { EntityCache } from '../core/entity-cache/entity-cache.ts'
import { createPreviews } from '../core/files/preview-queue.ts'
import type { RoomRules } from '../core/files/room.ts'
import type { Beside } from '../core/group-commit.ts'
import { createKeyIds } from '../core/messages/key-ids.ts'
import { createMessageWriter } from '../core/messages/message-writer.ts'
import { createPayers, freePayers, type Payers } from '../core/payers.ts'
import type { Clock, Log, Policy, Ports } from '../core/ports.ts'
import { watchable } from '../core/presence/watchable.ts'
import { createReconciler } from '../core/reconcile/database-reconciler.ts'
import type { DemoReport } from '../demo/seed-demo.ts'
import { type FreeSpace, freeSpace } from '../files/free-space.ts'
import type { Launch } from '../files/picture-launch.ts'
import { clientAddress, proxyTrust } from '../http/client-address.ts'
import { Connections } from '../http/connections.ts'
import { authenticateUpgrade } from '../http/credentials.ts'
import { connectionRules } from '../http/descriptors.ts'
import { type MetricsServer, serveMetrics } from '../http/metrics-server.ts'
import { createHttpServer } from '../http/server.ts'
import type { HttpSettings } from '../http/settings.ts'
import { createLogs, type LogLevels, type Logs } from '../observability/logs.ts'
import { createMetrics, type Metrics } from '../observability/metrics.ts'
import { createRealtime, type Realtime } from '../realtime/realtime.ts'
import { createAccessTokens } from '../security/access-tokens.ts'
import { createKeyedHash, isOperatorKey } from '../security/keys.ts'
import { createPasswordHasher } from '../security/password-hasher.ts'
import { createPasswordStrength } from '../security/password-strength.ts'
import { createRateLimiter, unlimited } from '../security/rate-limiter.ts'
import { endLeftSessions } from '../storage/left-sessions.ts'
import { migrate } from '../storage/migrate.ts'
import { type Connection, checkServer, createPool } from '../storage/postgres.ts'
import { type ServerLock, takeServerLock } from '../storage/server-lock.ts'
import { createStorage } from '../storage/storage.ts'
import { canonicalProtocol } from '../ws/canonical.ts'
import { frameHandlers } from '../ws/frames.ts'
import { createGateway } from '../ws/gateway.ts'
import type { SocketProtocol } from '../ws/socket-protocol.ts'
import { seedLike } from './dialect-demos.ts'
import { createDialectServers, type DialectSettings, mountDialects } from './dialect-doors.ts'
import { openFileParts, startSweeping } from './keep-files.ts'
import type { Optimisation } from './tuning.ts'

export interface AppSettings {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Where the figures for Prometheus are; nowhere if it does not say. */
  readonly metrics?: { readonly host: string; readonly port: number }
  readonly database: Connection
  /** At least 32 characters; tokens are signed with keys derived from it. */
  readonly secret: string
  /** Where the bytes of files are kept; made if need be. */
  readonly filesFolder: string
  readonly fileRules: RoomRules
  /** Folders whose disk is not to be full: of the files, and of whatever else of this server and its database is on this machine. */
  readonly watchedFolders: readonly string[]
  /** The system's, if it is not given. */
  readonly freeSpace?: FreeSpace
  /** How the process that reads pictures is started; as this one, if it does not say. */
  readonly launchPictures?: Launch
  readonly http: HttpSettings
  readonly policy: Policy
  readonly dialects: DialectSettings
  readonly rateLimits: 'on' | 'off'
  /** See RealtimePorts. */
  readonly writeInterval: number
  readonly tuning: readonly Optimisation[]
  readonly logLevels: LogLevels
}

export interface App {
  readonly port: number
  /** Of the dialects that have one of their own, by name. */
  readonly dialectPorts: Readonly<Record<string, number>>
  /** Of the figures for Prometheus. */
  readonly metricsPort?: number
  /** For tests and tools in the same process. */
  readonly ports: Ports
  /** Rejects when another server has taken the database over: this one must stop. Never resolves. */
  readonly displaced: Promise<never>
  /**
   * Stops taking work, lets requests in hand and batches on their way finish, tells sockets to come back later, and closes
   * the database last.
   */
  stop(): Promise<void>
}

/** Connections to the database: more would only queue inside PostgreSQL on a small machine. */
const poolSize = 16

const oneBatchAtATime: Beside = { lanes: 1, patience: 0, share: 0 }

/** Connections that may wait to be accepted: after a restart everybody comes back at once. */
const backlog = 4096

const clock: Clock = { now: () => new Date() }

/** Milliseconds of a clock that never goes back. */
const now = () => performance.now()

/** Migrates the database and serves. Rejects, with nothing left running, when the database or the port cannot be had. */
export async function startApp(settings: AppSettings): Promise<App> {
  const logs = createLogs(settings.logLevels)
  const metrics = createMetrics()
  const { lock, ports, pool } = await openDatabase(settings, logs, metrics)
  const guard = createSessionGuard(ports)
  const realtime = startRealtime(settings, ports, logs.ws, metrics)
  const payers = settings.rateLimits === 'on' ? createPayers(now) : freePayers
  const trusts = proxyTrust(settings.http.trustProxy)
  const addressOf = (request: IncomingMessage) => networkOf(clientAddress(request, trusts))
  const gateway = createGateway({ realtime, ids: ports.ids, log: logs.ws, metrics, payers, addressOf })
  const connections = new Connections({
    ...connectionRules(logs.http),
    isProxy: (address) => trusts(address, 0),
    countedAs: networkOf,
    addressOf,
    isSomebodys: (socket) => gateway.isSomebodys(socket),
    now,
  })
  const entities = new EntityCache({ storage: ports.storage, bus: ports.bus, now })
  const sweeper = startSweeping(ports)
  let draining = false
  const seedDemo = demoSeeder(settings, ports)
  const http = await createHttpServer({
    ports,
    sessions: guard,
    settings: settings.http,
    log: logs.http,
    metrics,
    leastFree: () => leastFree(settings),
    payers,
    connections,
    isDraining: () => draining,
    seedDemo,
  })
  const canonicalFor = (http: HttpSettings) =>
    canonical({ ...settings, http }, { ports, guard, realtime, payers, log: logs.ws, metrics })
  const doors = {
    ports,
    entities,
    sessions: guard,
    realtime,
    settings: settings.http,
    metrics,
    routeDeps: { ports, seedDemo },
    canonical: canonicalFor,
    payers,
    connections,
    log: logs.http,
  }
  const protocols = [canonicalFor(settings.http), ...(await mountDialects(http, doors, settings.dialects))]
  gateway.attach(http.server, protocols)
  const dialectServers = await createDialectServers(doors, gateway, settings.dialects)
  let metricsServer: MetricsServer | undefined
  for (const { server } of [http, ...dialectServers.map((door) => door.server)]) connections.watch(server)

  const stop = async (): Promise<void> => {
    draining = true
    await metricsServer?.close()
    await gateway.stop()
    await Promise.all([http, ...dialectServers.map(({ server }) => server)].map((server) => server.close()))
    connections.close()
    await sweeper.stop()
    await ports.previews.stop()
    await ports.messageWriter.idle()
    await ports.reconciler.stop()
    await realtime.stop()
    entities.close()
    guard.close()
    await ports.bus.close()
    await pool.end()
    await lock.release()
  }
  const dialectPorts: Record<string, number> = {}
  try {
    await finishDeletions(ports)
    await ports.previews.resume()
    await http.listen({ host: settings.host, port: settings.port, backlog })
    for (const { name, listen } of dialectServers) dialectPorts[name] = await listen(settings.host)
    if (settings.metrics !== undefined) metricsServer = await serveMetrics(metrics, settings.metrics)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    port: (http.server.address() as AddressInfo).port,
    dialectPorts,
    ...(metricsServer === undefined ? {} : { metricsPort: metricsServer.port }),
    ports,
    displaced: lock.lost,
    stop: once(stop),
  }
}

interface OpenDatabase {
  readonly lock: ServerLock
  readonly pool: Pool
  readonly ports: Ports
}

/** The database, which from now on is this server's alone, and the ports over it. */
async function openDatabase(settings: AppSettings, logs: Logs, metrics: Metrics): Promise<OpenDatabase> {
  let ports: Ports | undefined
  const lock = await takeServerLock(settings.database, {
    log: logs.db,
    // Whatever was committed while the database was away may not have been published.
    onRegained: () => ports?.reconciler.all(),
    onNotice: (envelope) => ports?.bus.publish([envelope]),
  })
  try {
    const sessions = await endLeftSessions(settings.database)
    if (sessions > 0) logs.db.info({ sessions }, 'ended the sessions of a server that died')
    const pool = await openPool(settings, logs.db)
    ports = createPorts(settings, await openStorage(settings, pool), logs.core, metrics)
    return { lock, pool, ports }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Connections to a database that is fit and of this version. */
async function openPool(settings: AppSettings, log: Log): Promise<Pool> {
  const pool = createPool(settings.database, { log, max: poolSize })
  try {
    await checkServer(pool, log)
    await migrate(settings.database, { log })
    return pool
  } catch (error) {
    await pool.end()
    throw error
  }
}

type Kept = Pick<Ports, 'storage' | 'fileStore' | 'images' | 'mediaTypes' | 'room' | 'keyIds'>

/** All that is kept: the database behind the pool, and the files. */
async function openStorage(settings: AppSettings, pool: Pool): Promise<Kept> {
  try {
    const storage = createStorage(pool, { simpleWrites: settings.tuning.includes('simple-writes') })
    const { messages, messageKeys } = storage.stores
    const key = createKeyedHash(settings.secret, 'message-keys')
    const keyIds = createKeyIds({ key, clock, messages, formerUntil: await messageKeys.formerUntil() })
    return { storage, keyIds, ...(await openFileParts({ freeSpace, ...settings }, storage)) }
  } catch (error) {
    await pool.end()
    throw error
  }
}

function createPorts(settings: AppSettings, kept: Kept, log: Log, metrics: Metrics): Ports {
  const { storage } = kept
  const bus = createLocalBus({ log })
  const reconciler = createReconciler({ storage, bus, clock, log })
  const messageWriter = createMessageWriter({
    store: storage.stores.messages,
    bus,
    reconciler,
    ...(settings.tuning.includes('second-batch') ? {} : { beside: oneBatchAtATime }),
    onBatch(outcomes) {
      metrics.batchWritten(outcomes.length)
      for (const { status } of outcomes) metrics.sent(status)
    },
  })
  return {
    ...kept,
    previews: createPreviews({ ...kept, bus, reconciler, log }),
    bus,
    messageWriter,
    reconciler,
    clock,
    ids: { next: () => uuidv7() },
    passwords: createPasswordHasher(),
    passwordStrength: createPasswordStrength(),
    accessTokens: createAccessTokens(settings.secret, clock),
    refreshKey: createKeyedHash(settings.secret, 'refresh-tokens'),
    deviceKey: createKeyedHash(settings.secret, 'devices'),
    rateLimiter: settings.rateLimits === 'on' ? createRateLimiter(clock) : unlimited,
    policy: settings.policy,
    log,
  }
}

async function leastFree({ watchedFolders, freeSpace: freeIn = freeSpace }: AppSettings): Promise<number> {
  return Math.min(...(await Promise.all(watchedFolders.map(freeIn))))
}

function startRealtime(settings: AppSettings, ports: Ports, log: Log, metrics: Metrics): Realtime {
  const { accounts, reconcile } = ports.storage.stores
  const realtime = createRealtime({
    accounts,
    chatsOf: (userId) => reconcile.memberships([userId]),
    bus: ports.bus,
    clock,
    log,
    now,
    metrics,
    writing: settings.tuning.includes('gathered-writes') ? 'gathered' : 'direct',
    writeInterval: settings.writeInterval,
    watchable: (actor, userIds) => watchable(ports, actor, userIds),
  })
  ports.reconciler.watch(realtime.hub)
  return realtime
}

interface SocketParts {
  readonly ports: Ports
  readonly guard: SessionGuard
  readonly realtime: Realtime
  readonly payers: Payers
  readonly log: Log
  readonly metrics: Metrics
}

function canonical(settings: AppSettings, { ports, guard, ...parts }: SocketParts): SocketProtocol {
  return canonicalProtocol({
    ...parts,
    handlers: frameHandlers(ports, parts.realtime.presence),
    identify: (token) => guard.identify(token),
    authenticateUpgrade: (request) => authenticateUpgrade(request, settings.http),
  })
}

/** Demo data for everyone where the operator allows it, else for whoever shows the operator's key. Its texts are loaded then. */
function demoSeeder({ policy, secret }: AppSettings, ports: Ports) {
  return async ({ seed, like, operator_key }: RouteBody<'seedDemo'>): Promise<DemoReport | undefined> => {
    if (!policy.demo && !isOperatorKey(secret, operator_key ?? '')) return undefined
    if (like !== undefined) return seedLike(ports, like)
    const [{ demoWorld }, { seedDemo }] = await Promise.all([
      import('../demo/generate.ts'),
      import('../demo/seed-demo.ts'),
    ])
    return seedDemo(ports, demoWorld({ now: clock.now(), ...(seed === undefined ? {} : { seed }) }))
  }
}

/** The same promise for every call. */
function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= work()
    return running
  }
}
