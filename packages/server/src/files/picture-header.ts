// How large a picture says it is, from its first bytes: nothing is decoded. What is made of the picture later is measured by the decoder;
// this is what can be said at once.
import type { Dimensions } from '../core/files/store.ts'

/** As the picture is shown. Null for other formats, and where the size is not within these bytes. */
export function headerDimensions(head: Buffer): Dimensions | null {
  try {
    const found = sizeOf(head)
    return found !== null && found.width > 0 && found.height > 0 ? found : null
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function sizeOf(head: Buffer): Dimensions | null {
  const starts = (mark: string, at = 0): boolean => head.toString('latin1', at, at + mark.length) === mark
  if (starts('\x89PNG\r\n\x1a\n') && starts('IHDR', 12)) {
    return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) }
  }
  if (starts('GIF87a') || starts('GIF89a')) {
    return { width: head.readUInt16LE(6), height: head.readUInt16LE(8) }
  }
  if (starts('RIFF') && starts('WEBP', 8)) return webpSize(head)
  return starts('\xff\xd8') ? jpegSize(head) : null
}

/** RFC 9649: simple lossy, simple lossless, extended. */
function webpSize(head: Buffer): Dimensions | null {
  switch (head.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff }
    case 'VP8L': {
      const bits = head.readUInt32LE(21)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 }
    default:
      return null
  }
}

/** Of the markers SOF0 to SOF15 those that are no frame: tables and an extension. */
const noFrame: readonly number[] = [0xc4, 0xc8, 0xcc]

/** Walks the segments up to the frame's (ITU T.81, B.2), past the metadata, which may say that the picture is to be turned. */
function jpegSize(head: Buffer): Dimensions | null {
  let turned = false
  for (let at = 2; ; ) {
    if (head.readUInt8(at) !== 0xff) return null
    const marker = head.readUInt8(at + 1)
    // Fill bytes may stand before a marker.
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = head.readUInt16BE(at + 2)
    if (length < 2) return null
    if (marker >= 0xc0 && marker <= 0xcf && !noFrame.includes(marker)) {
      const [height, width] = [head.readUInt16BE(at + 5), head.readUInt16BE(at + 7)]
      return turned ? { width: height, height: width } : { width, height }
    }
    // The picture itself, before any frame.
    if (marker === 0xda) return null
    if (marker === 0xe1) turned ||= isTurned(head.subarray(at + 4, at + 2 + length))
    at += 2 + length
  }
}

const orientationTag = 0x0112

/** Whether the metadata (Exif 3.0) has the picture turned by a quarter. */
function isTurned(exif: Buffer): boolean {
  if (exif.toString('latin1', 0, 6) !== 'Exif\0\0') return false
  const tiff = exif.subarray(6)
  const little = tiff.toString('latin1', 0, 2) === 'II'
  const short = (at: number): number => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  try {
    const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
    for (let entry = 0; entry < short(directory); entry += 1) {
      const at = directory + 2 + entry * 12
      if (short(at) === orientationTag) return short(at + 8) >= 5 && short(at + 8) <= 8
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return false
}
