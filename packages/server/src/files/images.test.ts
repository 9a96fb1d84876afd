// Pictures: measured, made small, cut, and refused when they are none.
import { Readable } from 'node:stream'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { bomb, picture, svg, turnedPhoto } from '../../test/file-samples.ts'
import { createImages } from './images.ts'

const images = createImages()
const opening = (bytes: Uint8Array) => async () => Readable.from([bytes])
const metadata = async (bytes: Uint8Array | null | undefined) => {
  const { format, width, height, exif, icc } = await sharp(Buffer.from(bytes ?? [])).metadata()
  return { format, width, height, exif, icc }
}
const bare = { exif: undefined, icc: undefined }

describe('a preview', () => {
  test('measures the picture as it is shown, and keeps its shape', async () => {
    const preview = await images.preview(opening(await turnedPhoto({ width: 900, height: 1800 })))
    expect(preview?.dimensions).toEqual({ width: 900, height: 1800 })
    expect(await metadata(preview?.thumbnail)).toEqual({ format: 'webp', width: 320, height: 640, ...bare })
  })

  test('enlarges nothing', async () => {
    const preview = await images.preview(opening(await picture('png', { width: 30, height: 20 })))
    expect(await metadata(preview?.thumbnail)).toEqual({ format: 'webp', width: 30, height: 20, ...bare })
  })

  test('of a moving picture is its first one', async () => {
    const frames = Buffer.alloc(10 * 40 * 3, 90)
    const gif = await sharp(frames, { raw: { width: 10, height: 40, channels: 3, pageHeight: 20 } })
      .gif()
      .toBuffer()
    const preview = await images.preview(opening(gif))
    expect(preview?.dimensions).toEqual({ width: 10, height: 20 })
  })
})

describe('an avatar', () => {
  test('is the middle of the picture', async () => {
    const plain = (width: number, background: string) => ({
      create: { width, height: 100, channels: 3 as const, background },
    })
    const wide = await sharp(plain(300, 'red'))
      .composite([{ input: plain(100, 'blue'), left: 100, top: 0 }])
      .png()
      .toBuffer()
    const avatar = await images.avatar(opening(wide))
    expect(await metadata(avatar)).toEqual({ format: 'webp', width: 256, height: 256, ...bare })
    const [r, , b] = await sharp(Buffer.from(avatar ?? []))
      .extract({ left: 4, top: 4, width: 1, height: 1 })
      .raw()
      .toBuffer()
    expect([(r ?? 0) < 30, (b ?? 0) > 220]).toEqual([true, true])
  })
})

describe('no picture', () => {
  test.each([
    ['a bomb', bomb],
    ['half a picture', async () => (await picture('jpeg', { width: 400, height: 400 })).subarray(0, 800)],
    ['nothing', async () => Buffer.alloc(0)],
    ['a text', async () => Buffer.from('text')],
    ['an SVG', async () => Buffer.from(svg)],
    [
      'a TIFF, which is not taken',
      () =>
        sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
          .tiff()
          .toBuffer(),
    ],
  ])('is %s', async (_, make) => {
    const bytes = await make()
    expect(await images.preview(opening(bytes))).toBeNull()
    expect(await images.avatar(opening(bytes))).toBeNull()
  })

  test('but bytes that cannot be fetched are an error', async () => {
    const broken = async () => {
      throw new Error('the disk is away')
    }
    await expect(images.preview(broken)).rejects.toThrow('the disk is away')
    expect(await images.preview(opening(await picture('png', { width: 2, height: 2 })))).not.toBeNull()
  })
})
