// The way into the embedded database of a server that the bench started: to fill it, and to ask it what it counted.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

/** PostgreSQL's socket in its own folder. */
const socketPort = 5432

/** A connection as the superuser; the caller ends it. The server must be running. */
export async function connectDatabase(dataFolder: string): Promise<pg.Client> {
  const password = readFileSync(join(dataFolder, 'postgres.password'), 'utf8').trim()
  const client = new pg.Client({ ...addressOf(dataFolder), user: 'parley', database: 'parley', password })
  // The server may be stopped, and its database with it, while nobody asks anything.
  client.on('error', () => {})
  await client.connect()
  return client
}

/** On its socket, or where the folder's path is too long for one, on the loopback port that its pid file names. */
function addressOf(dataFolder: string): { readonly host: string; readonly port: number } {
  const folder = join(dataFolder, 'postgres')
  if (existsSync(join(folder, `.s.PGSQL.${socketPort}`))) return { host: folder, port: socketPort }
  const [, , , port] = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')
  return { host: '127.0.0.1', port: Number(port) }
}
