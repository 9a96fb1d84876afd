// Finds a file for someone who wants its bytes.
import type { File, Id } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Storage } from '../ports.ts'
import type { FileVariant } from './file-store.ts'
import type { FileAccess } from './store.ts'

export interface FoundFile {
  readonly file: File
  readonly variant: FileVariant
  readonly access: FileAccess
}

/**
 * Its owner, members of a chat in which a message carries it, and for avatars everybody. Throws `not_found`. Who is removed
 * from the chat is refused from then on; what was begun before is not cut off.
 */
export async function getFile(
  ports: { readonly storage: Storage },
  actor: Actor,
  fileId: Id,
): Promise<FoundFile> {
  const found = await ports.storage.stores.files.findFor(fileId, actor.userId)
  if (found === null) throw new AppError('not_found')
  return { ...found, variant: 'original' }
}

/** As getFile; `not_found` also for a file that has no thumbnail. */
export async function getThumbnail(
  ports: { readonly storage: Storage },
  actor: Actor,
  fileId: Id,
): Promise<FoundFile> {
  const found = await getFile(ports, actor, fileId)
  if (!found.file.has_thumbnail) throw new AppError('not_found')
  return { ...found, variant: 'thumbnail' }
}
