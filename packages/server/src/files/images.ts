// Pictures, read by a process of their own: one at a time, the people who wait in turn.
import { createFairQueue } from '../core/fair-queue.ts'
import type { Images } from '../core/files/images.ts'
import { launchDirectly } from './picture-launch.ts'
import { createPictureReader, type ReaderOptions } from './picture-reader.ts'

/** People who may wait altogether; each has a place for a preview and one for an avatar. */
const places = 10_000

const defaults: ReaderOptions = {
  patience: 10_000,
  idle: 60_000,
  memory: 512 * 1024 * 1024,
  launch: launchDirectly(),
}

/** A picture that takes more than 10 seconds or 512 MB to be read is none. */
export function createImages(options: Partial<ReaderOptions> = {}): Images & { pid(): number | undefined } {
  const queue = createFairQueue({ width: 1, waiting: places })
  const reader = createPictureReader({ ...defaults, ...options })
  return {
    preview: (ownerId, open) =>
      queue.run(`preview ${ownerId}`, async () => {
        const result = await reader.read('preview', open)
        return result === null ? null : { dimensions: result.dimensions, thumbnail: result.bytes }
      }),
    avatar: (ownerId, open) =>
      queue.run(`avatar ${ownerId}`, async () => (await reader.read('avatar', open))?.bytes ?? null),
    pid: () => reader.pid(),
    close: () => reader.close(),
  }
}
