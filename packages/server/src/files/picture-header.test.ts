// Sizes from headers, compared with what the decoder says.
import { describe, expect, test } from 'vitest'
import { picture, turnedPhoto } from '../../test/file-samples.ts'
import { manyFrames, muchMetadata, oneLine } from '../../test/picture-bombs.ts'
import { headerDimensions } from './picture-header.ts'

const head = 64 * 1024

test.each(['png', 'jpeg', 'gif', 'webp'] as const)('a %s says how large it is', async (format) => {
  const bytes = await picture(format, { width: 300, height: 70 })
  expect(headerDimensions(bytes)).toEqual({ width: 300, height: 70 })
})

test('so do a lossless, a transparent and a moving WebP, and a progressive JPEG', async () => {
  const { default: sharp } = await import('sharp')
  const raw = (channels: 3 | 4) =>
    sharp({ create: { width: 33, height: 20, channels, background: { r: 9, g: 9, b: 9, alpha: 0.5 } } })
  for (const made of [
    await raw(3).webp({ lossless: true }).toBuffer(),
    await raw(4).webp().toBuffer(),
    await raw(3).jpeg({ progressive: true }).toBuffer(),
  ]) {
    expect(headerDimensions(made)).toEqual({ width: 33, height: 20 })
  }
  expect(headerDimensions(await manyFrames('webp', 3))).toEqual({ width: 8, height: 8 })
})

test('a photo that is to be turned is measured as it is shown', async () => {
  expect(headerDimensions(await turnedPhoto({ width: 90, height: 160 }))).toEqual({ width: 90, height: 160 })
})

test('a bomb is as large as it says', () => {
  expect(headerDimensions(oneLine())).toEqual({ width: 49_000_000, height: 1 })
})

describe('nothing is known', () => {
  test('of what is no picture, or of a format that is not plain', async () => {
    expect(headerDimensions(Buffer.from('text'))).toBeNull()
    expect(headerDimensions(Buffer.alloc(0))).toBeNull()
    expect(headerDimensions(await picture('avif', { width: 30, height: 20 }))).toBeNull()
  })

  test('where the size comes too late', async () => {
    expect(headerDimensions((await muchMetadata(3)).subarray(0, head))).toBeNull()
  })

  test('of any beginning of a picture that ends too early, and of none that is broken it throws', async () => {
    for (const format of ['png', 'jpeg', 'gif', 'webp'] as const) {
      const bytes = await picture(format, { width: 300, height: 70 })
      for (let length = 0; length < 40; length += 1) {
        const found = headerDimensions(bytes.subarray(0, length))
        if (found !== null) expect(found).toEqual({ width: 300, height: 70 })
      }
    }
    const photo = await turnedPhoto({ width: 90, height: 160 })
    for (let at = 2; at < 400; at += 1) {
      const broken = Buffer.from(photo)
      broken[at] = 0xff
      expect(() => headerDimensions(broken)).not.toThrow()
    }
  })
})
