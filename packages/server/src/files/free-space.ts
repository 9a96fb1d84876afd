// How much room a disk has.
import { statfs } from 'node:fs/promises'

/** Bytes that whoever is not the system's administrator may still write in the folder. */
export type FreeSpace = (folder: string) => Promise<number>

export const freeSpace: FreeSpace = async (folder) => {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
