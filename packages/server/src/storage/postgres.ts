// Connections to PostgreSQL: how they are made, what each is set to, and what a server must be like.
import pg from 'pg'
import type { Log } from '../core/ports.ts'
import { UnfitDatabaseError } from './unfit-database.ts'

/** A connection string, or the parts of one. `host` may be the folder of a socket. */
export type Connection =
  | string
  | {
      readonly host: string
      readonly port: number
      readonly user: string
      readonly password: string
      readonly database: string
    }

/** Milliseconds. Statements are short: whatever takes longer waits for a lock, a dead disk or a frozen server. */
const timeouts = {
  connect: 5_000,
  lock: 5_000,
  statement: 10_000,
  /** Counted here, for a server that does not even keep its own time. */
  answer: 12_000,
  idleInTransaction: 10_000,
  keepAliveDelay: 10_000,
} as const

/**
 * Settings of every session. All statements of this folder are look-ups by index, joined one row at a time. A prepared plan
 * lives as long as its session, and one that was made while tables were small may read all of a table that has grown since;
 * so plans are made once, and only of the kind that stays right.
 */
const sessionSettings = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_material: 'off',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  default_transaction_isolation: 'read\\ committed',
  timezone: 'UTC',
  datestyle: 'ISO',
  client_encoding: 'UTF8',
} as const

const sessionOptions = Object.entries(sessionSettings)
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ')

/** An address as other programs write it: `postgresql+asyncpg://…` names the driver of SQLAlchemy too, which is nothing to us. */
export const withoutDriver = (address: string): string => address.replace(/^(postgres(?:ql)?)\+\w+:/, '$1:')

const parserOf = pg.types.getTypeParser.bind(pg.types) as (oid: number, format?: string) => unknown

/** Of pg_type.dat. */
const oids = { int8: 20, int8Array: 1016 } as const

/** For what is read otherwise than `pg` does. */
const ownParsers = new Map<number, (text: string) => unknown>([
  [oids.int8, parseInt8],
  [oids.int8Array, parseInt8Array],
])

/** As `pg` reads values, but int8 as a number; one that is not exact in a number is an error. */
const types = {
  getTypeParser: ((oid: number, format?: string) =>
    (format === 'binary' ? undefined : ownParsers.get(oid)) ??
    parserOf(oid, format)) as typeof pg.types.getTypeParser,
}

/** Without nulls and of one dimension. */
function parseInt8Array(text: string): number[] {
  return text === '{}' ? [] : text.slice(1, -1).split(',').map(parseInt8)
}

function parseInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`The integer ${text} is not exact in a number`)
  return value
}

/** Of a client or pool, with no timeouts. Options in a connection string go before these. */
export function clientConfig(connection: Connection): pg.ClientConfig {
  return {
    ...(typeof connection === 'string' ? { connectionString: connection } : connection),
    application_name: 'parley',
    keepAlive: true,
    keepAliveInitialDelayMillis: timeouts.keepAliveDelay,
    connectionTimeoutMillis: timeouts.connect,
    options: sessionOptions,
    types,
  }
}

/**
 * The pool of a server. Connections are made when needed; waiting for one is bounded like making one. A connection that dies
 * while idle is logged and replaced.
 */
export function createPool(connection: Connection, options: { max: number; log: Log }): pg.Pool {
  const pool = new pg.Pool({
    ...clientConfig(connection),
    statement_timeout: timeouts.statement,
    lock_timeout: timeouts.lock,
    idle_in_transaction_session_timeout: timeouts.idleInTransaction,
    query_timeout: timeouts.answer,
    max: options.max,
    idleTimeoutMillis: 60_000,
  })
  // The error itself holds the whole client.
  pool.on('error', ({ message }) =>
    options.log.warn({ reason: message }, 'lost an idle connection to PostgreSQL'),
  )
  return pool
}

/** The oldest PostgreSQL that is tested, as `server_version_num` counts. */
const oldestVersion = 150_000

interface ServerRow {
  readonly version_number: number
  readonly version: string
  readonly encoding: string
  readonly standby: boolean
  readonly fsync: string
  readonly synchronous_commit: string
  readonly full_page_writes: string
}

/**
 * Throws UnfitDatabaseError when the server cannot hold Parley's data, and warns when it may forget what it
 * acknowledged.
 */
export async function checkServer(pool: pg.Pool, log: Log): Promise<void> {
  const { rows } = await pool.query<ServerRow>(`
    SELECT current_setting('server_version_num')::int AS version_number, current_setting('server_version') AS version,
      current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby, current_setting('fsync') AS fsync,
      current_setting('synchronous_commit') AS synchronous_commit,
      current_setting('full_page_writes') AS full_page_writes`)
  const [server] = rows
  if (server === undefined) throw new UnfitDatabaseError('PostgreSQL gave no answer about itself')
  if (server.version_number < oldestVersion) {
    throw new UnfitDatabaseError(`PostgreSQL 15 or later is needed; this is ${server.version}`)
  }
  if (server.encoding !== 'UTF8') {
    throw new UnfitDatabaseError(`The database must be encoded in UTF8; this one is in ${server.encoding}`)
  }
  if (server.standby) throw new UnfitDatabaseError('This PostgreSQL is a standby, which cannot be written to')
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes'] as const) {
    if (server[setting] === 'off') {
      log.warn({ setting }, 'PostgreSQL may lose acknowledged messages in a crash: a setting is off')
    }
  }
}
