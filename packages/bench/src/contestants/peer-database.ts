// A PostgreSQL for a peer: the same build with the same settings as Parley's embedded one, on a folder of its own.
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PostgresConnection, startEmbeddedPostgres } from '../../../server/src/embedded/postgres.ts'
import type { Teardown } from '../teardown.ts'

export interface PeerDatabase {
  readonly pid: number
  readonly connection: PostgresConnection
}

/** `socket` is how Parley reaches its own; `loopback` is for clients that know no other way. */
export async function startPeerDatabase(
  teardown: Teardown,
  listens: 'socket' | 'loopback' = 'socket',
): Promise<PeerDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-peer-'))
  teardown.add(() => rm(folder, { recursive: true, force: true }))
  // The database may run under another uid, which must reach its folder.
  await chmod(folder, 0o755)
  // A socket's address holds some 100 bytes: in a folder with a longer name PostgreSQL listens on a port instead.
  const dataDir = join(folder, listens === 'socket' ? 'data' : 'data-'.padEnd(120, 'x'))
  await mkdir(dataDir)
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => {} })
  teardown.add(() => postgres.stop())
  return { pid: postgres.pid, connection: postgres.connection }
}
