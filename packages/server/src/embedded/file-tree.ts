// Owner and modes of a whole folder. Symbolic links are never followed.
import { closeSync, constants, fchownSync, openSync } from 'node:fs'
import { chmod, lchown, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Gives the folder and all that is in it to a uid and gid. On Linux each folder is held open and taken over before its entries are named
 * through it: whoever owned it until now cannot lead this elsewhere by putting a link in a folder's place.
 */
export async function giveTree(folder: string, uid: number, gid: number): Promise<void> {
  const held = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    fchownSync(held, uid, gid)
    const here = process.platform === 'linux' ? `/proc/self/fd/${held}` : folder
    for (const entry of await readdir(here, { withFileTypes: true })) {
      const path = join(here, entry.name)
      if (entry.isDirectory()) await giveTree(path, uid, gid)
      else await lchown(path, uid, gid)
    }
  } finally {
    closeSync(held)
  }
}

/** Lets everybody read a folder of programs and run them, whatever umask they were made under. */
export async function shareTree(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) {
      const executable = entry.isDirectory() || entry.parentPath.endsWith('bin')
      await chmod(join(entry.parentPath, entry.name), executable ? 0o755 : 0o644)
    }
  }
}
