// How PostgreSQL listens and how it is reached: on a socket in its own folder, or where that cannot be (Windows, a
// path too long for a socket address) on a free loopback port. Both ask for the password.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { parleyName } from './initialise.ts'
import type { PostmasterFile } from './postmaster-file.ts'
import type { Settings } from './settings.ts'

export type Endpoint = {
  /** A folder for a socket, as `pg` and libpq take it, or an address. */
  host: string
  port: number
  /** What makes PostgreSQL listen there. */
  settings: Settings
}

/** Fits `pg.Pool` and `pg.Client` as it is. */
export type PostgresConnection = {
  host: string
  port: number
  user: string
  password: string
  database: string
}

/** Bytes of `sun_path` without its final zero (Linux 108, macOS and BSD 104 with it). */
const socketPathMax = process.platform === 'linux' ? 107 : 103
const socketPort = 5432
/** PostgreSQL's name for its socket; its lock file has `.lock` after it. */
export const socketName = `.s.PGSQL.${socketPort}`

/** Where a server that is started now shall listen. */
export async function chooseEndpoint(folder: string): Promise<Endpoint> {
  const path = join(folder, socketName)
  if (process.platform !== 'win32' && Buffer.byteLength(path) <= socketPathMax) return socketIn(folder)
  return loopback(await freePort())
}

/** Where a running server says that it listens. */
export function endpointOf(folder: string, file: PostmasterFile): Endpoint {
  return file.tcp ? loopback(file.port) : socketIn(folder)
}

function socketIn(folder: string): Endpoint {
  const settings: Settings = {
    listen_addresses: '',
    // The working directory: its real path may hold commas, or be out of reach for PostgreSQL's own uid.
    unix_socket_directories: '.',
    unix_socket_permissions: '0700',
    port: String(socketPort),
  }
  return { host: folder, port: socketPort, settings }
}

function loopback(port: number): Endpoint {
  const settings: Settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
  }
  return { host: '127.0.0.1', port, settings }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return address !== null && typeof address === 'object' ? address.port : 0
}

export function connectionTo(endpoint: Endpoint, password: string): PostgresConnection {
  const { host, port } = endpoint
  return { host, port, user: parleyName, password, database: parleyName }
}

/** The form that `pg`, psql and libpq all read; a socket's folder is in the query. */
export function connectionUrl({ host, port, user, password, database }: PostgresConnection): string {
  const query = new URLSearchParams({ host, port: String(port), user, password })
  return `postgresql:///${database}?${query.toString().replaceAll('+', '%20')}`
}

/**
 * The `parley.launch` setting of the server there (empty if it has none), or undefined if nobody answers or the
 * password is refused. With SCRAM the server proves itself too: an answer comes from our own cluster.
 */
export async function askLaunchMark(connection: PostgresConnection): Promise<string | undefined> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2000, query_timeout: 2000 })
  // A connection that breaks while idle is reported here; the query reports its own failure.
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ mark: string | null }>(
      "SELECT current_setting('parley.launch', true) AS mark",
    )
    return rows[0]?.mark ?? ''
  } catch {
    return undefined
  } finally {
    await client.end()
  }
}
