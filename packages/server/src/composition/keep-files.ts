// Where the app keeps files and what works on them.
import { join } from 'node:path'
import { createRoom, type RoomRules } from '../core/files/room.ts'
import { sweepFiles } from '../core/files/sweep-files.ts'
import type { Ports, Storage } from '../core/ports.ts'
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
  const fileStore = await openLocalFileStore(join(filesFolder, await files.space()), freeSpace)
  const images = createImages(launchPictures === undefined ? {} : { launch: launchPictures })
  return { fileStore, images, mediaTypes, room: createRoom({ fileStore, files }, fileRules) }
}

/** Now and then what no command will come back to: previews that wait, and files that nothing uses. */
export function startSweeping(ports: Ports): Sweeper {
  const sweep = async (signal: AbortSignal) => {
    await ports.previews.resume()
    return sweepFiles(ports, signal)
  }
  return startSweeper({ sweep, log: ports.log, ...sweeping })
}
