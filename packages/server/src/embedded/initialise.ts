// Makes a cluster, whole or not at all: superuser `parley` with a password, database `parley`, no way in without the
// password. Everything happens under a temporary name, which is changed when the cluster is complete.
import { constants } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { EmbeddedPostgresError, errnoOf } from './errors.ts'
import { giveTree } from './file-tree.ts'
import { folderAsSeenBy, type Identity } from './identity.ts'
import { namedAccount } from './reserved-account.ts'
import { run } from './run.ts'

/** A cluster that is not running, or not made yet: where it is, as whom its programs run, and which programs. */
export interface StoppedCluster {
  readonly folder: string
  readonly identity: Identity
  readonly binaries: Binaries
}

/** Both the superuser and the database. */
export const parleyName = 'parley'

/** @throws EmbeddedPostgresError `initialisation_failed`; what was begun is removed by the next attempt */
export async function createCluster(cluster: StoppedCluster, password: string): Promise<void> {
  const unfinished = `${cluster.folder}.new`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  await asNamed(cluster, unfinished, async (named) => {
    await initialise(named, unfinished)
    await requirePasswords(unfinished)
    await singleUser(named, unfinished, passwordStatement(password))
    await singleUser(named, unfinished, `CREATE DATABASE ${parleyName}`)
  })
  await rename(unfinished, cluster.folder)
  await syncFolder(dirname(cluster.folder))
}

/** Sets the superuser's password in a cluster that is not running. */
export function setPassword(cluster: StoppedCluster, folder: string, password: string): Promise<void> {
  return asNamed(cluster, folder, (named) => singleUser(named, folder, passwordStatement(password)))
}

const passwordStatement = (password: string) => `ALTER ROLE ${parleyName} PASSWORD '${password}'`

/**
 * Lends the folder to an account that has a name while the programs run that insist on one, and gives it to the cluster's own uid
 * afterwards. Whoever is not root does everything as himself.
 */
async function asNamed(
  cluster: StoppedCluster,
  folder: string,
  work: (named: StoppedCluster) => Promise<void>,
): Promise<void> {
  const { identity } = cluster
  if (identity === undefined) return work(cluster)
  const named = namedAccount(identity)
  await giveTree(folder, named.uid, named.gid)
  try {
    await work({ ...cluster, identity: named })
  } finally {
    await giveTree(folder, identity.uid, identity.gid)
  }
}

/**
 * Text is compared by code point through the builtin provider, so that no update of the C library can ever corrupt
 * an index. pg_trgm still asks the C library what a letter is, and in its `C` locale only Latin ones are: hence the
 * UTF-8 types, under whichever name this machine knows them.
 */
async function initialise(cluster: StoppedCluster, folder: string): Promise<void> {
  let output = ''
  for (const letters of ['C.UTF-8', 'en_US.UTF-8', 'C']) {
    const result = await initdb(cluster, folder, letters)
    if (result.code === 0) return
    output = result.output
    if (!output.includes('invalid locale name')) break
  }
  const hint = output.includes('could not look up effective user ID')
    ? ' Run the server as a user that /etc/passwd has, or set DATABASE_URL.'
    : ''
  throw new EmbeddedPostgresError(
    'initialisation_failed',
    `initdb failed in ${folder}: ${lastLines(output)}${hint}`,
  )
}

async function initdb({ binaries, identity }: StoppedCluster, folder: string, letters: string) {
  const args = [
    ...['--pgdata', folderAsSeenBy(identity, folder), '--username', parleyName, '--no-instructions'],
    // Nobody can connect until requirePasswords and setPassword have run.
    ...['--auth', 'reject', '--encoding', 'UTF8', '--locale', 'C', '--lc-ctype', letters],
    ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
  ]
  try {
    return await run(binaries.initdb, args, { identity, cwd: folder })
  } catch (error) {
    const reason = errnoOf(error) ?? String(error)
    const message = `${binaries.initdb} cannot be started (${reason}). On Linux it needs glibc; musl is not enough.`
    throw new EmbeddedPostgresError('binaries_unusable', message, { cause: error })
  }
}

/** Every connection proves the password, also over the socket and from this machine. */
async function requirePasswords(folder: string): Promise<void> {
  const rules = [
    '# Only with the password, only from this machine.',
    'local all all scram-sha-256',
    'host all all 127.0.0.1/32 scram-sha-256',
  ]
  // The folder is another user's: a link planted there must not lead root elsewhere.
  const noFollow = constants.O_NOFOLLOW ?? 0
  const file = await open(join(folder, 'pg_hba.conf'), constants.O_WRONLY | constants.O_TRUNC | noFollow)
  try {
    await file.writeFile(`${rules.join('\n')}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Runs one statement without a server: nobody can connect meanwhile, and no argument shows the password. */
async function singleUser(cluster: StoppedCluster, folder: string, statement: string): Promise<void> {
  const { code, output } = await run(
    cluster.binaries.postgres,
    ['--single', '-D', folderAsSeenBy(cluster.identity, folder), '-c', 'exit_on_error=on', 'postgres'],
    { identity: cluster.identity, cwd: folder, input: `${statement}\n` },
  )
  if (code !== 0) {
    const command = statement.split(' ').slice(0, 2).join(' ')
    throw new EmbeddedPostgresError(
      'initialisation_failed',
      `${command} failed in ${folder}: ${lastLines(output)}`,
    )
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders, and keeps its directory entries in a journal.
  if (process.platform === 'win32') return
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-6).join('\n')
}
