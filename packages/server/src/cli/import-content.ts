// Whose the files are that an import writes, and whether it can read those of the other program.
import { accessSync, constants, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ContentSettings } from '../composition/keep-files.ts'
import type { Config } from './config.ts'
import { becomeAccount } from './leave-root.ts'
import { OperatorFault } from './operator-fault.ts'

/** Throws OperatorFault when `media` is no folder. */
export function contentSettings({ filesFolder, filesKeptFree }: Config, media: string): ContentSettings {
  const folder = resolve(media)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new OperatorFault(`--media is ${folder}, which is no folder`)
  return {
    media: folder,
    filesFolder,
    keptFree: filesKeptFree,
    enter(own, isServed) {
      enterFolder(own, filesFolder, isServed)
      requireReadable(folder)
    },
  }
}

/** What is written must be the server's: in its folder, and its own to read. Root becomes whoever the folder belongs to. */
function enterFolder(own: string, filesFolder: string, isServed: boolean): void {
  const found = statSync(own, { throwIfNoEntry: false })
  if (found === undefined && isServed)
    throw new OperatorFault(
      `PARLEY_FILES_URL is ${filesFolder}, where the running server keeps no files: import with the server's variables`,
    )
  const uid = process.getuid?.()
  if (found === undefined || uid === undefined || found.uid === uid) return
  if (uid !== 0)
    throw new OperatorFault(
      `The server's files in ${own} belong to uid ${found.uid}, and what uid ${uid} brings it could not read: import as that user, or as root`,
    )
  becomeAccount(found)
}

function requireReadable(folder: string): void {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK)
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : error
    throw new OperatorFault(
      `--media is ${folder}, which uid ${process.getuid?.()} cannot read (${why}): give it the right to, or a copy`,
    )
  }
}
