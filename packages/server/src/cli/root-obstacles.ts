// What only root can do for a server that is configured so: it stays root then.
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Config } from './config.ts'

/** Ports below this one are root's, unless the machine says otherwise. */
function firstFreePort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'))
  } catch {
    return 1024
  }
}

/** A port that nobody but root can listen on. */
export function portObstacle(config: Pick<Config, 'port' | 'metrics' | 'dialects'>): string | undefined {
  if (process.platform !== 'linux') return 'it can give root up on Linux alone'
  const first = firstFreePort()
  const ports = [config.port, config.metrics?.port ?? 0, ...Object.values(config.dialects.ports)]
  const low = ports.find((port) => port > 0 && port < first)
  return low === undefined
    ? undefined
    : `only root can listen on port ${low}; take a port from ${first} on, behind a proxy`
}

/** A database that asks who the process is, or that is reached with files which root alone may read. */
export function databaseObstacle({
  databaseUrl,
  databasePasswordFile,
}: Pick<Config, 'databaseUrl' | 'databasePasswordFile'>): string | undefined {
  if (databaseUrl === undefined) return undefined
  const url = new URL(databaseUrl)
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname)
  if ((host || process.env.PGHOST || '/').startsWith('/')) {
    return 'DATABASE_URL leads to a socket, where PostgreSQL may ask which user it is'
  }
  const files = ['sslrootcert', 'sslcert', 'sslkey'].map((name) => url.searchParams.get(name))
  files.push(databasePasswordFile ?? null, process.env.PGPASSFILE ?? join(homedir(), '.pgpass'))
  const needed = files.find((path) => path != null && existsSync(path))
  return needed === undefined ? undefined : `DATABASE_URL needs ${needed}, which may be root's alone`
}
