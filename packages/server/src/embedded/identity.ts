// As whom PostgreSQL runs. It refuses to run as root, so a server that stays root runs it under a uid of its own.
import { type Account, keptAccount, reserveAccount } from './reserved-account.ts'

/** `undefined` where PostgreSQL simply runs as the server's own user. */
export type Identity = Account | undefined

/** The owner of an existing cluster is kept, so that a folder made by a plain user can later be served by root. */
export function postgresIdentity(dataDir: string): Identity {
  if (process.getuid?.() !== 0) return undefined
  return keptAccount(dataDir) ?? reserveAccount()
}

/**
 * How PostgreSQL is told its own folder, given that it is started inside it. Another uid may be unable to walk there
 * from `/` (a home folder with mode 0700), but `/proc/self/cwd` leads straight to the folder and asks no permission
 * of its parents. PostgreSQL never leaves that working directory, nor do its children.
 */
export function folderAsSeenBy(identity: Identity, folder: string): string {
  return identity !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : folder
}
