// Storage of what is known about files; their bytes are in the FileStore.
import type { File, Id } from '@parley/protocol'

export interface NewFile {
  readonly id: Id
  readonly ownerId: Id
  readonly name: string
  readonly mediaType: string
  readonly size: number
  /** Of an image, as far as they are known. */
  readonly dimensions: Dimensions | null
  /** Whether a preview of it is still to be made. */
  readonly awaitsPreview: boolean
  readonly createdAt: Date
}

/** In pixels, as the image is shown. */
export interface Dimensions {
  readonly width: number
  readonly height: number
}

/** Why a person may get a file. */
export type FileAccess = 'owner' | 'avatar' | 'member'

/** A file is used while a message that can be seen carries it, or a person who is not deleted has it as avatar. */
export interface FileRecordStore {
  /** Names this database, so that a file store can keep what belongs to it apart. */
  space(): Promise<Id>
  /** Null, and nothing is inserted, when its owner's files would then take more than `quota` bytes. Null for no bound. */
  insert(file: NewFile, quota: number | null): Promise<File | null>
  /** How many bytes the person's files take, whether they were sent or not. */
  usage(ownerId: Id): Promise<number>
  /** The file, if the person may get it: an own one, an avatar, or one of a message in a chat that the person is in now. */
  findFor(fileId: Id, userId: Id): Promise<{ readonly file: File; readonly access: FileAccess } | null>
  /** Whether the file is there and belongs to the person; it then stays until the transaction ends. */
  holdOwn(fileId: Id, ownerId: Id): Promise<boolean>
  /** Takes all files off the messages of a chat that was deleted. Returns up to `limit` of them. */
  detachChat(chatId: Id, limit: number): Promise<Id[]>
  /** Forgets those of the files that are not used, within one transaction. Returns what was forgotten. */
  removeUnused(fileIds: readonly Id[]): Promise<Id[]>
  /** The next files after that id, of those made before the time, with whether they are used; in the order of ids. */
  page(after: Id | null, before: Date, limit: number): Promise<{ readonly id: Id; readonly used: boolean }[]>
  /** Those of the ids that are files. */
  known(fileIds: readonly Id[]): Promise<Id[]>
}
