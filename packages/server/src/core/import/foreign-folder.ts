// Where the content of another program's files is, and where it goes.
import type { FileStore, OpenedContent } from '../files/file-store.ts'
import type { MediaTypes } from '../files/images.ts'
import type { Room } from '../files/room.ts'
import type { Log } from '../ports.ts'

/** Why there is nothing to read. */
type ContentFault = 'file_missing' | 'file_unreadable' | 'file_outside'

export class ForeignContentError extends Error {
  override readonly name = 'ForeignContentError'
  readonly reason: ContentFault

  constructor(reason: ContentFault, options?: ErrorOptions) {
    super(reason, options)
    this.reason = reason
  }
}

/** The folder in which the other program keeps content. */
export interface ForeignFolder {
  /** By the path that the other program notes. Throws ForeignContentError, also for a path that leads out of the folder. */
  open(path: string): Promise<OpenedContent>
}

export interface ContentPorts {
  readonly folder: ForeignFolder
  readonly fileStore: FileStore
  readonly mediaTypes: MediaTypes
  /** Without a quota: what people have already is theirs. */
  readonly room: Room
  readonly log: Log
}
