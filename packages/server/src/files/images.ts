// Pictures by sharp, which decodes what strangers made: bounded in pixels, memory and time, and only in the formats that we take.
import { buffer } from 'node:stream/consumers'
import { limits } from '@parley/protocol'
import sharp, { type Sharp, type SharpOptions } from 'sharp'
import type { Images, OpenPicture } from '../core/files/images.ts'
import type { Dimensions } from '../core/files/store.ts'
import { createTurns } from './turns.ts'

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

/**
 * One picture at a time: the compressed bytes and at worst all its pixels are in memory, about 250 MB. Everything that the library
 * refuses counts as no picture. Sets what sharp keeps for the whole process.
 */
export function createImages(): Images {
  sharp.cache(false)
  sharp.concurrency(1)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: loaders })
  const turns = createTurns(1)
  const withBytes = <T>(open: OpenPicture, work: (bytes: Buffer) => Promise<T>): Promise<T | null> =>
    turns.take(async () => {
      const bytes = await buffer(await open())
      return work(bytes).catch(() => null)
    })
  return {
    preview: (open) =>
      withBytes(open, async (bytes) => ({
        dimensions: await measure(bytes),
        thumbnail: await thumbnailOf(bytes),
      })),
    avatar: (open) =>
      withBytes(open, async (bytes) => {
        await measure(bytes)
        return avatarOf(bytes)
      }),
  }
}

/** As the picture is shown, after it was turned. Rejects for too many pixels before any is decoded. */
async function measure(bytes: Buffer): Promise<Dimensions> {
  const { width, height } = (await sharp(bytes, options).metadata()).autoOrient
  if (width * height > limits.imagePixels) throw new Error('The picture has too many pixels')
  return { width, height }
}

const upright = (bytes: Buffer): Sharp => sharp(bytes, options).timeout({ seconds: patience }).autoOrient()

const thumbnailOf = (bytes: Buffer): Promise<Buffer> =>
  upright(bytes)
    .resize(limits.thumbnailSide, limits.thumbnailSide, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer()

const avatarOf = (bytes: Buffer): Promise<Buffer> =>
  upright(bytes)
    .resize(limits.avatarSide, limits.avatarSide, { fit: 'cover' })
    .webp({ quality: 85 })
    .toBuffer()
