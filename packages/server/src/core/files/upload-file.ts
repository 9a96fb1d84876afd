// Takes a file in, to be sent with messages later.
import type { Readable } from 'node:stream'
import { type File, type Id, limits } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Clock, IdSource, Log, Storage } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import { fileNameOf } from './file-name.ts'
import type { FileStore } from './file-store.ts'
import { type Images, type MediaTypes, type Preview, pictureTypes } from './images.ts'

/** A file as a door gives it: its name as the sender wrote it, and its bytes as they arrive. */
export interface IncomingFile {
  readonly name: string
  readonly content: AsyncIterable<Uint8Array>
}

export interface UploadPorts {
  readonly storage: Storage
  readonly fileStore: FileStore
  readonly images: Images
  readonly mediaTypes: MediaTypes
  readonly clock: Clock
  readonly ids: IdSource
  readonly rateLimiter: RateLimiter
  readonly log: Log
}

/**
 * Resolves when the bytes and what is known about them are durable; if it rejects nothing is left. The media type is that of the
 * content. Throws `file_too_large`, `invalid_request` for an empty file or too long a name, `rate_limited`, `unavailable`.
 */
export async function uploadFile(ports: UploadPorts, actor: Actor, incoming: IncomingFile): Promise<File> {
  requireRate(ports.rateLimiter, 'uploadFile', actor.userId)
  const name = fileNameOf(incoming.name)
  const id = ports.ids.next()
  return keeping(ports, id, async () => {
    const { size, mediaType } = await receive(ports, id, incoming.content, limits.fileBytes)
    const preview = pictureTypes.has(mediaType) ? await keepPreview(ports, id) : null
    return ports.storage.stores.files.insert({
      id,
      ownerId: actor.userId,
      name,
      mediaType,
      size,
      dimensions: preview?.dimensions ?? null,
      thumbnail: preview !== null,
      createdAt: ports.clock.now(),
    })
  })
}

/** Runs the work and deletes the content of that id when it fails. What cannot be deleted either is left to sweepFiles. */
export async function keeping<T>(
  ports: { readonly fileStore: FileStore; readonly log: Log },
  id: Id,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await ports.fileStore.delete(id).catch((failure: unknown) => {
      ports.log.warn({ err: failure, file_id: id }, 'what is left of an upload could not be deleted')
    })
    throw error
  }
}

/** Stores the content and finds out what it is. */
export async function receive(
  ports: { readonly fileStore: FileStore; readonly mediaTypes: MediaTypes },
  id: Id,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<{ readonly size: number; readonly mediaType: string }> {
  const watched = ports.mediaTypes.watch(content)
  const size = await ports.fileStore.put(id, 'original', watched.content, maxBytes)
  if (size === 0) {
    throw new AppError('invalid_request', { errors: [{ path: '/file', message: 'The file is empty' }] })
  }
  return { size, mediaType: await watched.mediaType() }
}

async function keepPreview(
  ports: { readonly fileStore: FileStore; readonly images: Images },
  id: Id,
): Promise<Preview | null> {
  const preview = await ports.images.preview(() => openStored(ports.fileStore, id))
  if (preview === null) return null
  const { thumbnail } = preview
  await ports.fileStore.put(id, 'thumbnail', once(thumbnail), thumbnail.byteLength)
  return preview
}

/** The original of a file that this command has just put. */
export async function openStored(fileStore: FileStore, id: Id): Promise<Readable> {
  const opened = await fileStore.open(id, 'original')
  if (opened === null) throw new Error(`The content of ${id} has gone`)
  return opened.stream
}

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
