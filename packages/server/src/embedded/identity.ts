// As whom PostgreSQL runs. It refuses to run as root, so a root server runs it under a plain number: no system user
// is made, and nothing but the cluster's own folder belongs to that number.
import { statSync } from 'node:fs'
import { errnoOf } from './errors.ts'

/** `undefined` where PostgreSQL simply runs as the server's own user. */
export type Identity = { uid: number; gid: number } | undefined

/** `nobody` on every Linux distribution; initdb insists on a uid that has a name. */
const unprivileged = { uid: 65_534, gid: 65_534 }

/** The owner of an existing cluster is kept, so that a folder made by a plain user can later be served by root. */
export function postgresIdentity(clusterFolder: string): Identity {
  if (process.getuid?.() !== 0) return undefined
  try {
    const { uid, gid } = statSync(clusterFolder)
    return uid === 0 ? unprivileged : { uid, gid }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return unprivileged
    throw error
  }
}

/**
 * How PostgreSQL is told its own folder, given that it is started inside it. Another uid may be unable to walk there
 * from `/` (a home folder with mode 0700), but `/proc/self/cwd` leads straight to the folder and asks no permission
 * of its parents. PostgreSQL never leaves that working directory, nor do its children.
 */
export function folderAsSeenBy(identity: Identity, folder: string): string {
  return identity !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : folder
}
