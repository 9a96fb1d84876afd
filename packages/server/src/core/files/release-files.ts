// Deletes files that nothing uses any more.
import type { Id } from '@parley/protocol'
import type { Log, Storage } from '../ports.ts'
import type { FileStore } from './file-store.ts'

export interface ReleasePorts {
  readonly storage: Storage
  readonly fileStore: FileStore
  readonly log: Log
}

/** Files of one transaction: each is locked in it. */
const batch = 200

/**
 * After the commit of what took the files away. Those that are still used stay. Never throws: what could not be deleted is
 * logged and left to sweepFiles. First the rows, then the bytes, so that nothing known is ever without its bytes.
 */
export async function releaseFiles(ports: ReleasePorts, fileIds: readonly Id[]): Promise<number> {
  let removed = 0
  try {
    for (let at = 0; at < fileIds.length; at += batch) {
      const some = fileIds.slice(at, at + batch)
      const unused = await ports.storage.transaction((stores) => stores.files.removeUnused(some))
      for (const id of unused) await ports.fileStore.delete(id)
      removed += unused.length
    }
  } catch (error) {
    ports.log.warn({ err: error }, 'files that nothing uses could not be deleted')
  }
  return removed
}
