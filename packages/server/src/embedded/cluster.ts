// The cluster on disk as the server sees it: where it is, and that it can be started (right version, right owner,
// known password). It is never running while this file works on it; initialise.ts makes it.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findBinaries } from './binaries.ts'
import { EmbeddedPostgresError, errnoOf } from './errors.ts'
import { giveTree } from './file-tree.ts'
import { type Identity, postgresIdentity } from './identity.ts'
import { createCluster, type StoppedCluster, setPassword } from './initialise.ts'
import type { Log } from './log.ts'

/** `folder` is PostgreSQL's own, inside the data folder. */
export interface Cluster extends StoppedCluster {
  readonly logFile: string
  readonly passwordFile: string
}

/**
 * What a data folder has, or gets with {@link prepareCluster}; `dataDir` is absolute.
 *
 * @throws EmbeddedPostgresError `data_folder_unusable` or `binaries_unusable`
 */
export async function locateCluster(
  dataDir: string,
  log: Log,
  identity: Identity = postgresIdentity(dataDir),
): Promise<Cluster> {
  const folder = join(dataDir, 'postgres')
  refuseForeignCluster(folder)
  return {
    folder,
    logFile: join(dataDir, 'postgres.log'),
    passwordFile: passwordFile(dataDir),
    identity,
    binaries: await findBinaries(identity, log),
  }
}

/** Where the password is kept. */
export function passwordFile(dataDir: string): string {
  return join(dataDir, 'postgres.password')
}

/** The password stays with the server, mode 0600; PostgreSQL keeps only a verifier of it. */
export function readPassword(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Makes the cluster if there is none, and sees that it can be started. Resolves with the password.
 *
 * @throws EmbeddedPostgresError `initialisation_failed` or `version_mismatch`
 */
export async function prepareCluster(cluster: Cluster, log: Log): Promise<string> {
  const known = readPassword(cluster.passwordFile)
  const password = known ?? (await generatePassword(cluster.passwordFile))
  // The folder appears under its name only when it is complete.
  if (!existsSync(cluster.folder)) {
    log('info', `A new PostgreSQL database is made in ${cluster.folder}`)
    await createCluster(cluster, password)
    return password
  }
  await giveBackCluster(cluster, log)
  checkVersion(cluster)
  if (known === undefined) {
    log('warn', `${cluster.passwordFile} was lost; PostgreSQL gets a new password`)
    await setPassword(cluster, cluster.folder, password)
  }
  return password
}

async function generatePassword(path: string): Promise<string> {
  const password = randomBytes(32).toString('base64url')
  const unfinished = `${path}.new`
  await rm(unfinished, { force: true })
  const file = await open(unfinished, 'wx', 0o600)
  try {
    await file.writeFile(`${password}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
  return password
}

/** A plain user can neither read another's cluster nor give it to himself. */
function refuseForeignCluster(folder: string): void {
  const own = process.getuid?.()
  const uid = statSync(folder, { throwIfNoEntry: false })?.uid
  if (own === undefined || own === 0 || uid === undefined || uid === own) return
  throw new EmbeddedPostgresError(
    'data_folder_unusable',
    `The database in ${folder} belongs to uid ${uid}, and the server runs as uid ${own}. ` +
      'Start it as that user or as root, or give the folder to this user.',
  )
}

/** A cluster that root restored or copied belongs to root, as whom PostgreSQL does not run; an old one to `nobody`, which others share. */
async function giveBackCluster({ folder, identity }: Cluster, log: Log): Promise<void> {
  if (identity === undefined || statSync(folder).uid === identity.uid) return
  log(
    'info',
    `The database in ${folder} belonged to uid ${statSync(folder).uid}; it is given to uid ${identity.uid}`,
  )
  await giveTree(folder, identity.uid, identity.gid)
}

function checkVersion({ folder, binaries }: Cluster): void {
  const found = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  if (found === binaries.major) return
  throw new EmbeddedPostgresError(
    'version_mismatch',
    `The database in ${folder} was made by PostgreSQL ${found}, and this is ${binaries.major}. ` +
      'Make a backup with the Parley version that you used before, and restore it with this one.',
  )
}
