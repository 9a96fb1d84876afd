// One server at a time on a database: two that know nothing of each other would each be deaf to what the other publishes.
import { hostname } from 'node:os'
import pg from 'pg'
import type { Envelope } from '../core/events.ts'
import type { Log } from '../core/ports.ts'
import { hearNotices } from './operator-notices.ts'
import { type Connection, clientConfig } from './postgres.ts'

/** Of the session-level advisory lock, in the database of the messages. Any number would do. */
const lockKey = 7_236_540_932

/** Milliseconds. */
const times = {
  /** How long a server that was just killed may keep the lock: PostgreSQL has to notice that it is gone. */
  patience: 5_000,
  retry: 100,
  /** A holder whose machine vanished is given up after this much silence. */
  keepAlive: 5_000,
} as const

/** Another server holds the database. For the operator, in one line. */
export class AnotherServerError extends Error {
  override readonly name = 'AnotherServerError'
}

export interface ServerLock {
  /** Rejects when the lock was lost and another server has it now: this one must not go on. Never resolves. */
  readonly lost: Promise<never>
  release(): Promise<void>
}

export interface ServerLockOptions {
  readonly log: Log
  /** Called when the lock was lost for a while and is held again: the database was away meanwhile. */
  readonly onRegained?: () => void
  /** Called for what the operator did beside this server. */
  readonly onNotice?: (envelope: Envelope) => void
  /** Milliseconds to wait for the lock at first. */
  readonly patience?: number
}

/**
 * Takes the lock and keeps it until it is released. It hangs on a connection of its own, and is taken again when that is lost. Throws
 * AnotherServerError, which names the other.
 */
export async function takeServerLock(
  connection: Connection,
  { log, onRegained, onNotice, patience = times.patience }: ServerLockOptions,
): Promise<ServerLock> {
  const failed = Promise.withResolvers<never>()
  // Whoever does not wait for it must not be ended by it.
  failed.promise.catch(() => undefined)
  let released = false
  let client = await takeWithin(connection, patience, onNotice)
  const hold = (): void => {
    client.once('end', () => {
      if (!released) void regain()
    })
  }
  const regain = async (): Promise<void> => {
    log.warn({}, 'lost the lock on the database')
    while (!released) {
      try {
        client = await takeWithin(connection, patience, onNotice)
        if (released) return void client.end()
        hold()
        log.info({}, 'holds the lock on the database again')
        onRegained?.()
        return
      } catch (error) {
        if (error instanceof AnotherServerError) return failed.reject(error)
        await new Promise((resolve) => setTimeout(resolve, times.retry * 10))
      }
    }
  }
  hold()
  return {
    lost: failed.promise,
    async release() {
      released = true
      await client.end()
    },
  }
}

/** A connection that holds the lock. */
async function takeWithin(
  connection: Connection,
  patience: number,
  onNotice: ServerLockOptions['onNotice'],
): Promise<pg.Client> {
  const client = new pg.Client({
    ...clientConfig(connection),
    application_name: `parley on ${hostname().slice(0, 40)}, process ${process.pid}`,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(`SET tcp_keepalives_idle = ${times.keepAlive / 1_000}`)
    await client.query(`SET tcp_keepalives_interval = ${times.keepAlive / 1_000}`)
    await client.query('SET tcp_keepalives_count = 2')
    for (const until = performance.now() + patience; ; ) {
      const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
        lockKey,
      ])
      if (rows[0]?.taken) {
        if (onNotice !== undefined) await hearNotices(client, onNotice)
        return client
      }
      if (performance.now() > until) throw new AnotherServerError(await describeHolder(client))
      await new Promise((resolve) => setTimeout(resolve, times.retry))
    }
  } catch (error) {
    await client.end()
    throw error
  }
}

interface HolderRow {
  readonly application_name: string
  readonly address: string | null
  readonly since: string
}

async function describeHolder(client: pg.Client): Promise<string> {
  const { rows } = await client.query<HolderRow>(
    `SELECT a.application_name, host(a.client_addr) AS address, to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') AS since
     FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND (l.classid::bigint << 32) + l.objid::bigint = $1`,
    [lockKey],
  )
  const [holder] = rows
  if (holder === undefined) return 'Another server uses this database'
  const { application_name: name, address, since } = holder
  const from = address === null ? '' : `, connected from ${address}`
  return `Another server uses this database: ${name}${from}, since ${since}. Stop it first; two servers on one database do not hear each other.`
}
