// Owner and modes of a whole folder. Symbolic links are never followed.
import { chmod, lchown, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Gives the folder and all that is in it to a uid and gid. */
export async function giveTree(folder: string, uid: number, gid: number): Promise<void> {
  await lchown(folder, uid, gid)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await lchown(join(entry.parentPath, entry.name), uid, gid)
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
