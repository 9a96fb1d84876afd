// Pictures by sharp, which decodes what strangers made. It runs in a process of its own (picture-process.ts), and is bounded here in
// pixels and formats.
import { limits } from '@parley/protocol'
import sharp, { type Sharp, type SharpOptions } from 'sharp'
import type { Dimensions } from '../core/files/store.ts'
import type { PictureResult, PictureTask } from './picture-frames.ts'

const options: SharpOptions = {
  limitInputPixels: limits.imagePixels,
  failOn: 'error',
  sequentialRead: true,
  // Of moving pictures the first.
  pages: 1,
}

/** The loaders of libvips that may run. SVG, PDF and whatever else it can read are of no use here. */
const loaders = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}Buffer`)

/** Sets what sharp keeps for the whole process; before the first picture. */
export function prepareLibrary(): void {
  sharp.cache(false)
  sharp.concurrency(1)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: loaders })
}

/** Everything that the library refuses counts as no picture. */
export async function workOn(task: PictureTask, bytes: Buffer): Promise<PictureResult | null> {
  try {
    const dimensions = await measure(bytes)
    switch (task) {
      case 'preview':
        return { dimensions, bytes: await thumbnailOf(bytes) }
      case 'avatar':
        return { dimensions, bytes: await avatarOf(bytes) }
    }
  } catch {
    return null
  }
}

/** As the picture is shown, after it was turned. From the header: rejects for too large a picture before anything of it is decoded. */
async function measure(bytes: Buffer): Promise<Dimensions> {
  const { width, height } = (await sharp(bytes, options).metadata()).autoOrient
  if (width > limits.imageSide || height > limits.imageSide || width * height > limits.imagePixels) {
    throw new Error('The picture is too large')
  }
  return { width, height }
}

const upright = (bytes: Buffer): Sharp => sharp(bytes, options).autoOrient()

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
