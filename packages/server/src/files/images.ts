// Pictures by sharp, which decodes what strangers made: bounded in pixels, memory and time, and only in the formats that we take.
import { buffer } from 'node:stream/consumers'
import { limits } from '@parley/protocol'
import type sharp from 'sharp'
import type { Sharp, SharpOptions } from 'sharp'
import type { Images, OpenPicture } from '../core/files/images.ts'
import type { Dimensions } from '../core/files/store.ts'
import { createSemaphore } from '../core/semaphore.ts'

const options: SharpOptions = {
  limitInputPixels: limits.imagePixels,
  failOn: 'error',
  sequentialRead: true,
  // Of moving pictures the first.
  pages: 1,
}

/** Seconds for one picture. */
const patience = 20

/** The loaders of libvips that may run. SVG, PDF and whatever else it can read are of no use here. */
const loaders = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}Buffer`)

type Library = typeof sharp

/**
 * One picture at a time: the compressed bytes and at worst all its pixels are in memory, about 250 MB. Everything that the library
 * refuses counts as no picture. The library is loaded with the first one: it takes 10 MB, and many servers never need it.
 */
export function createImages(): Images {
  const semaphore = createSemaphore(1)
  const withBytes = <T>(
    open: OpenPicture,
    work: (library: Library, bytes: Buffer) => Promise<T>,
  ): Promise<T | null> =>
    semaphore.run(async () => {
      const library = await loadLibrary()
      const bytes = await buffer(await open())
      return work(library, bytes).catch(() => null)
    })
  return {
    preview: (open) =>
      withBytes(open, async (library, bytes) => ({
        dimensions: await measure(library, bytes),
        thumbnail: await thumbnailOf(library, bytes),
      })),
    avatar: (open) =>
      withBytes(open, async (library, bytes) => {
        await measure(library, bytes)
        return avatarOf(library, bytes)
      }),
  }
}

/** Sets what sharp keeps for the whole process. */
async function loadLibrary(): Promise<Library> {
  const { default: library } = await import('sharp')
  library.cache(false)
  library.concurrency(1)
  library.block({ operation: ['VipsForeignLoad'] })
  library.unblock({ operation: loaders })
  return library
}

/** As the picture is shown, after it was turned. Rejects for too many pixels before any is decoded. */
async function measure(library: Library, bytes: Buffer): Promise<Dimensions> {
  const { width, height } = (await library(bytes, options).metadata()).autoOrient
  if (width * height > limits.imagePixels) throw new Error('The picture has too many pixels')
  return { width, height }
}

const upright = (library: Library, bytes: Buffer): Sharp =>
  library(bytes, options).timeout({ seconds: patience }).autoOrient()

const thumbnailOf = (library: Library, bytes: Buffer): Promise<Buffer> =>
  upright(library, bytes)
    .resize(limits.thumbnailSide, limits.thumbnailSide, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer()

const avatarOf = (library: Library, bytes: Buffer): Promise<Buffer> =>
  upright(library, bytes)
    .resize(limits.avatarSide, limits.avatarSide, { fit: 'cover' })
    .webp({ quality: 85 })
    .toBuffer()
