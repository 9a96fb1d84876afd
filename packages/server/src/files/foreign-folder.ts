// The folder in which another program keeps files, for an import to read.
import { constants } from 'node:fs'
import { type FileHandle, open, realpath, stat } from 'node:fs/promises'
import { isAbsolute, resolve, sep } from 'node:path'
import type { OpenedContent } from '../core/files/file-store.ts'
import { ForeignContentError, type ForeignFolder } from '../core/import/foreign-folder.ts'

// A link put there since it was looked at is not followed, and a pipe without a writer does not keep anybody waiting.
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Rejects as realpath does when there is no such folder. */
export async function openForeignFolder(folder: string): Promise<ForeignFolder> {
  const root = await realpath(folder)
  return { open: (path) => openWithin(root, path) }
}

/** What a path says is not believed, for whoever wrote it may have been a stranger: the file must be in the folder, links resolved. */
async function openWithin(root: string, path: string): Promise<OpenedContent> {
  const isWithin = (found: string) => found.startsWith(root.endsWith(sep) ? root : root + sep)
  const named = resolve(root, path)
  if (isAbsolute(path) || path.includes('\0') || !isWithin(named))
    throw new ForeignContentError('file_outside')
  const found = await orFault(realpath(named))
  if (!isWithin(found)) throw new ForeignContentError('file_outside')
  const handle = await orFault(open(found, flags))
  try {
    const { size } = await orFault(statFile(handle, found))
    return { size, stream: handle.createReadStream() }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Throws unless what was opened is a file, and still where it was found. */
async function statFile(handle: FileHandle, path: string): Promise<{ readonly size: number }> {
  const opened = await handle.stat()
  const there = await stat(path)
  const isSame = opened.ino === there.ino && opened.dev === there.dev && (await realpath(path)) === path
  if (!isSame) throw new ForeignContentError('file_outside')
  if (!opened.isFile()) throw new ForeignContentError('file_unreadable')
  return { size: opened.size }
}

async function orFault<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof ForeignContentError) throw error
    throw new ForeignContentError(faultOf(error), { cause: error })
  }
}

function faultOf(error: unknown): ForeignContentError['reason'] {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return 'file_missing'
  return code === 'ELOOP' ? 'file_outside' : 'file_unreadable'
}
