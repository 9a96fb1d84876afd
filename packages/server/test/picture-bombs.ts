// Pictures that are small to send and dear to read, made by hand as far as no library would make them.
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

const pngMark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

/** A grey PNG of one bit per pixel: all zeroes, which a thousandth of their size says. */
function greyPng(width: number, height: number, more: readonly Buffer[] = []): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 1
  const pixels = Buffer.alloc((1 + Math.ceil(width / 8)) * height)
  return Buffer.concat([
    pngMark,
    chunk('IHDR', header),
    ...more,
    chunk('IDAT', deflateSync(pixels, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** 6 KB of as many pixels as a picture may have, all in one line. */
export const oneLine = (): Buffer => greyPng(49_000_000, 1)

/** The same, standing. */
export const oneColumn = (): Buffer => greyPng(1, 49_000_000)

/** 20 KB of three times as many pixels as a picture may have, no side of them too long. */
export const largeSquare = (): Buffer => greyPng(12_000, 12_000)

/** 20 MB of text before a picture of 8 by 8, as they are. */
export const longText = (): Buffer =>
  greyPng(8, 8, [
    chunk('tEXt', Buffer.concat([Buffer.from('note\0', 'latin1'), Buffer.alloc(20_000_000, 0x61)])),
  ])

/** Texts beside the picture that are 64 MB each when they are unpacked, from 64 KB. */
export function textBomb(): Buffer {
  const text = Buffer.concat([
    Buffer.from('note\0\0', 'latin1'),
    deflateSync(Buffer.alloc(64_000_000, 0x61), { level: 9 }),
  ])
  return greyPng(
    8,
    8,
    Array.from({ length: 10 }, () => chunk('zTXt', text)),
  )
}

/** A colour profile that is 64 MB when it is unpacked. */
export function profileBomb(): Buffer {
  const profile = Buffer.concat([
    Buffer.from('icc\0\0', 'latin1'),
    deflateSync(Buffer.alloc(64_000_000, 0x61), { level: 9 }),
  ])
  return greyPng(8, 8, [chunk('iCCP', profile)])
}

/**
 * A progressive JPEG whose last scan, which refines all of the picture, is there `scans` times: each is a walk over all coefficients.
 */
export async function manyScans(side: number, scans: number): Promise<Buffer> {
  const bytes = await sharp({ create: { width: side, height: side, channels: 3, background: 'grey' } })
    .jpeg({ progressive: true })
    .toBuffer()
  const starts: number[] = []
  for (let at = 0; at < bytes.length - 1; at += 1)
    if (bytes[at] === 0xff && bytes[at + 1] === 0xda) starts.push(at)
  const last = bytes.subarray(starts.at(-1) ?? 0, bytes.length - 2)
  return Buffer.concat([
    bytes.subarray(0, -2),
    ...Array.from({ length: scans }, () => last),
    bytes.subarray(-2),
  ])
}

/** A moving picture of so many frames. */
export async function manyFrames(format: 'gif' | 'webp', count: number): Promise<Buffer> {
  const side = 8
  const frames = Buffer.alloc(side * side * count * 3)
  // Frames that are alike would be joined.
  for (let at = 0; at < frames.length; at += 1) frames[at] = (Math.floor(at / (side * side * 3)) * 53) % 256
  const raw = { width: side, height: side * count, channels: 3 as const, pageHeight: side }
  return sharp(frames, { raw, limitInputPixels: false }).toFormat(format).toBuffer()
}

/** A JPEG with a comment of that many segments of 64 KB before its picture. */
export async function muchMetadata(segments: number): Promise<Buffer> {
  const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer()
  const segment = Buffer.concat([Buffer.from([0xff, 0xe2, 0xff, 0xff]), Buffer.alloc(65_533, 0x41)])
  return Buffer.concat([
    bytes.subarray(0, 2),
    ...Array.from({ length: segments }, () => segment),
    bytes.subarray(2),
  ])
}
