// Files for tests: pictures that are made when they are asked for, and content that is not what it is called.
import sharp from 'sharp'

/** A picture of one colour. */
export const picture = (
  format: 'png' | 'jpeg' | 'gif' | 'webp' | 'avif',
  size: { readonly width: number; readonly height: number },
): Promise<Buffer> =>
  sharp({ create: { ...size, channels: 3, background: { r: 200, g: 30, b: 30 } } })
    .toFormat(format)
    .toBuffer()

/** Stored lying on its side, with the mark that says how to turn it, and a place where it was taken. */
export const turnedPhoto = (size: { readonly width: number; readonly height: number }): Promise<Buffer> =>
  sharp({ create: { width: size.height, height: size.width, channels: 3, background: 'blue' } })
    .jpeg()
    .withExif({ IFD0: { Copyright: 'secret place' } })
    .withMetadata({ orientation: 6 })
    .toBuffer()

/** A few kilobytes that are more pixels than anybody may send. */
export const bomb = (): Promise<Buffer> =>
  sharp({
    create: { width: 12_000, height: 12_000, channels: 3, background: 'black' },
    limitInputPixels: false,
  })
    .png({ compressionLevel: 9 })
    .toBuffer()

export const html = '<!doctype html><script>alert(document.cookie)</script>'
export const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="9" height="9"/></svg>'
