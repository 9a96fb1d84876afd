// Takes a file in, to be sent with messages later.
import { type File, type Id, limits } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Clock, IdSource, Log, Storage } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import { fileNameOf } from './file-name.ts'
import type { FileStore, OpenedContent } from './file-store.ts'
import { type Images, type MediaTypes, pictureTypes } from './images.ts'
import type { Previews } from './previews.ts'
import type { Place, Room } from './room.ts'
import type { Dimensions, NewFile } from './store.ts'

/** A file as a door gives it: its name as the sender wrote it, and its bytes as they arrive. */
export interface IncomingFile {
  readonly name: string
  /** Bytes that come at most, if the sender said so. */
  readonly announced: number | null
  readonly content: AsyncIterable<Uint8Array>
}

export interface UploadPorts {
  readonly storage: Storage
  readonly fileStore: FileStore
  readonly images: Images
  readonly mediaTypes: MediaTypes
  readonly previews: Pick<Previews, 'wanted'>
  readonly room: Room
  readonly clock: Clock
  readonly ids: IdSource
  readonly rateLimiter: RateLimiter
  readonly log: Log
}

/**
 * Resolves when the bytes and what is known about them are durable; if it rejects nothing is left. The media type is that of the
 * content. A picture has the dimensions that its header says, where that is plain; its thumbnail is made afterwards. Throws
 * `file_too_large`, `invalid_request` for an empty file or too long a name, `rate_limited`, `quota_exceeded`, `storage_full`,
 * `unavailable`, and whatever the content throws.
 */
export async function uploadFile(ports: UploadPorts, actor: Actor, incoming: IncomingFile): Promise<File> {
  requireRate(ports.rateLimiter, 'uploadFile', actor.userId)
  const name = fileNameOf(incoming.name)
  const id = ports.ids.next()
  const file = await entering(ports, actor.userId, incoming, limits.fileBytes, (place) =>
    keeping(ports, id, async () => {
      const received = await receive(ports, id, place, incoming.content, limits.fileBytes)
      return insertFile(ports, {
        id,
        ownerId: actor.userId,
        name,
        mediaType: received.mediaType,
        size: received.size,
        dimensions: received.dimensions,
        awaitsPreview: received.awaitsPreview,
        createdAt: ports.clock.now(),
      })
    }),
  )
  if (pictureTypes.has(file.media_type)) ports.previews.wanted(actor.userId)
  return file
}

/** Throws `quota_exceeded`. */
export async function insertFile(
  { storage, room }: { readonly storage: Pick<Storage, 'stores'>; readonly room: Room },
  file: NewFile,
): Promise<File> {
  const inserted = await storage.stores.files.insert(file, room.rules.quota)
  if (inserted === null)
    throw new AppError('quota_exceeded', room.rules.quota === null ? {} : { limit: room.rules.quota })
  return inserted
}

/** Runs the work with room for what is to come, which is free again when it has ended. */
export async function entering<T>(
  { room }: { readonly room: Room },
  ownerId: Id,
  { announced }: IncomingFile,
  maxBytes: number,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const place = await room.enter(ownerId, announced === null ? null : Math.min(announced, maxBytes))
  try {
    return await work(place)
  } finally {
    place.leave()
  }
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

export interface Received {
  readonly size: number
  readonly mediaType: string
  /** By the header of a picture that is not too large to be read. */
  readonly dimensions: Dimensions | null
  /** Whether it may be a picture, which is found out by reading it. */
  readonly awaitsPreview: boolean
}

/** Stores the content and finds out what it is. */
export async function receive(
  ports: { readonly fileStore: FileStore; readonly mediaTypes: MediaTypes },
  id: Id,
  place: Place,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Received> {
  const watched = ports.mediaTypes.watch(taking(place, content))
  const size = await ports.fileStore.put(id, 'original', watched.content, maxBytes)
  if (size === 0) {
    throw new AppError('invalid_request', { errors: [{ path: '/file', message: 'The file is empty' }] })
  }
  const mediaType = await watched.mediaType()
  const isPicture = pictureTypes.has(mediaType)
  const claimed = isPicture ? watched.dimensions() : null
  const awaitsPreview = isPicture && (claimed === null || canBeRead(claimed))
  return { size, mediaType, dimensions: awaitsPreview ? claimed : null, awaitsPreview }
}

/** By what is said of it alone. */
const canBeRead = ({ width, height }: Dimensions): boolean =>
  width <= limits.imageSide && height <= limits.imageSide && width * height <= limits.imagePixels

async function* taking(place: Place, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    await place.take(chunk.byteLength)
    yield chunk
  }
}

/** The original of a file that this command has just put. */
export async function openStored(fileStore: FileStore, id: Id): Promise<OpenedContent> {
  const opened = await fileStore.open(id, 'original')
  if (opened === null) throw new Error(`The content of ${id} has gone`)
  return opened
}

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
