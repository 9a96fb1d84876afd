// Makes the small pictures of files after their upload was answered, and tells the messages that carry them. What is to be done is in the
// database, so that it is done after a restart too; what is here is who has something.
import type { Id } from '@parley/protocol'
import type { Log, Storage } from '../ports.ts'
import type { CommitPorts } from '../transaction.ts'
import type { FileStore, OpenedContent } from './file-store.ts'
import type { Images } from './images.ts'
import type { PendingFile } from './preview-store.ts'
import type { Previews } from './previews.ts'
import { tellPreview } from './tell-preview.ts'
import { once } from './upload-file.ts'

export interface PreviewPorts extends CommitPorts {
  readonly storage: Storage
  readonly fileStore: FileStore
  readonly images: Images
  readonly log: Log
}

/** Files of a person that may fail before the rest of them is left to the next `resume`. */
const maxFailures = 10

class ContentGone extends Error {}

export function createPreviews(ports: PreviewPorts): Previews {
  const { previews } = ports.storage.stores
  /** Who is worked for, and whether something was added meanwhile. */
  const owners = new Map<Id, 'working' | 'again'>()
  const running = new Set<Promise<void>>()
  let stopping = false

  const workFor = async (ownerId: Id): Promise<void> => {
    const failed: Id[] = []
    while (!stopping && failed.length < maxFailures) {
      const file = await previews.next(ownerId, failed)
      if (file === null && owners.get(ownerId) === 'working') return
      owners.set(ownerId, 'working')
      if (file === null) continue
      try {
        await finish(ports, ownerId, file)
      } catch (error) {
        failed.push(file.id)
        if (!stopping)
          ports.log.warn({ err: error, file_id: file.id }, 'the preview of a picture has to wait')
      }
    }
  }

  const begin = (ownerId: Id): void => {
    owners.set(ownerId, 'working')
    const work = workFor(ownerId)
      .catch((error: unknown) => ports.log.warn({ err: error }, 'previews of pictures have to wait'))
      .then(() => {
        owners.delete(ownerId)
        running.delete(work)
      })
    running.add(work)
  }

  const wanted = (ownerId: Id): void => {
    if (stopping) return
    if (owners.has(ownerId)) owners.set(ownerId, 'again')
    else begin(ownerId)
  }

  return {
    wanted,
    async resume() {
      try {
        for (const ownerId of await previews.owners()) wanted(ownerId)
      } catch (error) {
        ports.log.warn({ err: error }, 'previews of pictures could not be looked for')
      }
    },
    async stop() {
      stopping = true
      ports.images.close()
      await Promise.all(running)
    },
  }
}

async function finish(ports: PreviewPorts, ownerId: Id, file: PendingFile): Promise<void> {
  switch (file.pending) {
    case 'preview':
      // What there is to tell of it is pending afterwards.
      return makePreview(ports, ownerId, file.id)
    case 'news':
      return tellPreview(ports, file.id)
  }
}

/** The small picture first, so that whatever is known to have one has it. */
async function makePreview(ports: PreviewPorts, ownerId: Id, fileId: Id): Promise<void> {
  const preview = await previewOf(ports, ownerId, fileId)
  if (preview !== null) {
    const { thumbnail } = preview
    await ports.fileStore.put(fileId, 'thumbnail', once(thumbnail), thumbnail.byteLength)
  }
  const dimensions = preview?.dimensions ?? null
  const isThere = await ports.storage.transaction(({ previews }) => previews.settle(fileId, dimensions))
  // It was deleted meanwhile, perhaps before its small picture was put there.
  if (!isThere) await ports.fileStore.delete(fileId)
}

/** Null for what is no picture, and for one that has gone. */
async function previewOf(ports: PreviewPorts, ownerId: Id, fileId: Id) {
  const open = async (): Promise<OpenedContent> => {
    const opened = await ports.fileStore.open(fileId, 'original')
    if (opened === null) throw new ContentGone()
    return opened
  }
  try {
    return await ports.images.preview(ownerId, open)
  } catch (error) {
    if (error instanceof ContentGone) return null
    throw error
  }
}
