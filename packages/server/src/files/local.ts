// Keeps the bytes of files in a folder of this machine.
import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Id, idPattern } from '@parley/protocol'
import { AppError } from '../core/errors.ts'
import type { ByteRange, FileStore, FileVariant, OpenedContent } from '../core/files/file-store.ts'
import { type FreeSpace, freeSpace } from './free-space.ts'

const variants: readonly FileVariant[] = ['original', 'thumbnail']

/** Of what is being written; in the folder of the result, so that renaming it there is one step. */
const partEnding = '.part'

const isId = new RegExp(idPattern)
const storedName = /^([0-9a-f-]{36})\.(?:original|thumbnail)$/

/**
 * Files lie in 256 folders, named after the last two digits of their ids, which are random. Only this user may read them, and
 * their names are made of ids alone. Makes the folder; rejects when that cannot be done.
 */
export async function openLocalFileStore(folder: string, freeIn: FreeSpace = freeSpace): Promise<FileStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const pathOf = (id: Id, variant: FileVariant): string => {
    if (!isId.test(id)) throw new Error('A file is kept under an id')
    return join(folder, id.slice(-2), `${id}.${variant}`)
  }
  return {
    put: (id, variant, content, maxBytes) => orUnavailable(put(pathOf(id, variant), content, maxBytes)),
    open: (id, variant, range) => orUnavailable(openContent(pathOf(id, variant), range)),
    async delete(id) {
      const paths = variants.map((variant) => pathOf(id, variant))
      await orUnavailable(Promise.all(paths.map((path) => rm(path, { force: true }))))
    },
    free: () => orUnavailable(freeIn(folder)),
    async *storedBefore(time) {
      for await (const { path, names } of subfolders(folder)) {
        const ids = new Set<Id>()
        for (const name of names) {
          const id = storedName.exec(name)?.[1]
          if (id !== undefined && (await isOlder(join(path, name), time))) ids.add(id)
        }
        yield* ids
      }
    },
    async clean(before) {
      for await (const { path, names } of subfolders(folder)) {
        for (const part of names.filter((name) => name.endsWith(partEnding))) {
          if (await isOlder(join(path, part), before)) await rm(join(path, part), { force: true })
        }
      }
    },
  }
}

/** Written aside and flushed, renamed, and the folder flushed too: a crash leaves the whole content or none. */
async function put(path: string, content: AsyncIterable<Uint8Array>, maxBytes: number): Promise<number> {
  const folder = dirname(path)
  const made = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (made !== undefined) await flushFolder(dirname(folder))
  const part = `${path}.${randomUUID()}${partEnding}`
  try {
    const size = await writePart(part, content, maxBytes)
    await rename(part, path)
    await flushFolder(folder)
    return size
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

async function writePart(
  part: string,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<number> {
  const handle = await open(part, 'wx', 0o600)
  try {
    let size = 0
    for await (const chunk of content) {
      size += chunk.byteLength
      if (size > maxBytes) throw new AppError('file_too_large', { limit: maxBytes })
      // Goes on where the last one ended, and writes all of it.
      await handle.writeFile(chunk)
    }
    await handle.sync()
    return size
  } finally {
    await handle.close()
  }
}

async function openContent(path: string, range: ByteRange | undefined): Promise<OpenedContent | null> {
  const handle = await openIfThere(path)
  if (handle === null) return null
  try {
    const { size } = await handle.stat()
    // Closes the file at its end.
    return { size, stream: handle.createReadStream({ ...range }) }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** So that names in it are durable. Windows has no such thing. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** One after the other: the names of all files together would be many. */
async function* subfolders(
  folder: string,
): AsyncGenerator<{ readonly path: string; readonly names: string[] }> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield { path, names: await readdir(path) }
  }
}

/** False for what has gone meanwhile. */
async function isOlder(path: string, time: Date): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < time.getTime()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** No room, too much open, or a disk that fails: the same call may succeed later. */
const passing: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EIO', 'EROFS', 'ENOMEM']

async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (passing.includes(codeOf(error))) throw new AppError('unavailable', {}, { cause: error })
    throw error
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined
