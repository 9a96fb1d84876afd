// How PostgreSQL listens and how it is reached: on a socket in its own folder, or where that cannot be (Windows, a
// path too long for a socket address) on a free loopback port. Both ask for the password.
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
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

export function connectionTo(endpoint: Endpoint, password: string): PostgresConnection {
  const { host, port } = endpoint
  return { host, port, user: parleyName, password, database: parleyName }
}

/** The form that `pg`, psql and libpq all read; a socket's folder is in the query. */
export function connectionUrl({ host, port, user, password, database }: PostgresConnection): string {
  const query = new URLSearchParams({ host, port: String(port), user, password })
  return `postgresql:///${database}?${query.toString().replaceAll('+', '%20')}`
}

/** Whether something listens there. On a socket in the cluster's own folder that can only be its PostgreSQL. */
export function isListening({ host, port }: Pick<Endpoint, 'host' | 'port'>): Promise<boolean> {
  const path = host.startsWith('/') ? join(host, socketName) : undefined
  return new Promise((resolve) => {
    const probe = path === undefined ? connect({ host, port }) : connect({ path })
    const answer = (listening: boolean) => {
      probe.destroy()
      resolve(listening)
    }
    probe.setTimeout(2000, () => answer(false))
    probe.once('connect', () => answer(true))
    probe.once('error', () => answer(false))
  })
}
