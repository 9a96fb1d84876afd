// Where the app keeps files and what works on them.
import { join } from 'node:path'
import { createRoom, type RoomRules } from '../core/files/room.ts'
import { sweepFiles } from '../core/files/sweep-files.ts'
import type { ContentPorts } from '../core/import/foreign-folder.ts'
import type { Log, Ports, Storage } from '../core/ports.ts'
import { openForeignFolder } from '../files/foreign-folder.ts'
import type { FreeSpace } from '../files/free-space.ts'
import { createImages } from '../files/images.ts'
import { openLocalFileStore } from '../files/local.ts'
import { mediaTypes } from '../files/media-types.ts'
import type { Launch } from '../files/picture-launch.ts'
import { type Sweeper, startSweeper } from '../files/sweeper.ts'

/** Milliseconds from the start to the first look for unused files, and from one to the next. */
const sweeping = { first: 60_000, every: 3_600_000 }

export interface FileSettings {
  /** Where the bytes of files are kept; made if need be. */
  readonly filesFolder: string
  readonly fileRules: RoomRules
  readonly freeSpace: FreeSpace
  /** How the process that reads pictures is started; as this one, if it does not say. */
  readonly launchPictures?: Launch
}

/** Rejects when the folder cannot be made. Each database has a folder of its own in it. */
export async function openFileParts(
  { filesFolder, fileRules, freeSpace, launchPictures }: FileSettings,
  storage: Storage,
): Promise<Pick<Ports, 'fileStore' | 'images' | 'mediaTypes' | 'room'>> {
  const { files } = storage.stores
  const fileStore = await openLocalFileStore(await ownFolder(filesFolder, storage), freeSpace)
  const images = createImages(launchPictures === undefined ? {} : { launch: launchPictures })
  return { fileStore, images, mediaTypes, room: createRoom({ fileStore, files }, fileRules) }
}

/** Where the files of this database are. */
const ownFolder = async (filesFolder: string, { stores }: Storage): Promise<string> =>
  join(filesFolder, await stores.files.space())

export interface ContentSettings {
  readonly filesFolder: string
  readonly freeSpace?: FreeSpace
  /** The other program's. */
  readonly media: string
  /** Bytes that stay free where files are kept. */
  readonly keptFree: number
  /** Called before anything is written to this database's folder, with whether a server serves it. */
  readonly enter: (folder: string, isServed: boolean) => void
}

/** For an import: content from that folder becomes this app's, in the file store that its servers use. Nobody has a quota. */
export async function openContentPorts(
  { filesFolder, freeSpace, media, keptFree, enter }: ContentSettings,
  storage: Storage,
  { log, isServed }: { readonly log: Log; readonly isServed: boolean },
): Promise<ContentPorts> {
  const own = await ownFolder(filesFolder, storage)
  enter(own, isServed)
  const fileStore = await openLocalFileStore(own, freeSpace)
  const room = createRoom({ fileStore, files: storage.stores.files }, { quota: null, keptFree })
  return { folder: await openForeignFolder(media), fileStore, mediaTypes, room, log }
}

/** Now and then what no command will come back to: previews that wait, and files that nothing uses. */
export function startSweeping(ports: Ports): Sweeper {
  const sweep = async (signal: AbortSignal) => {
    await ports.previews.resume()
    return sweepFiles(ports, signal)
  }
  return startSweeper({ sweep, log: ports.log, ...sweeping })
}
