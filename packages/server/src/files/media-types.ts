// Finds out what content is while it passes: by the marks at its beginning, or as text if all of it is text.
import { isUtf8 } from 'node:buffer'
import type { MediaTypes } from '../core/files/images.ts'
import { headerDimensions } from './picture-header.ts'

/** Bytes from the beginning that are looked at for marks. */
const headSize = 64 * 1024

const unknownType = 'application/octet-stream'

/** Control characters that no text has; among them NUL, which is not searched for in what follows the beginning. */
const isControl = (byte: number): boolean => byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte)

export const mediaTypes: MediaTypes = {
  watch(content) {
    const head: Buffer[] = []
    let headLength = 0
    const text = watchText()

    async function* watched(): AsyncGenerator<Uint8Array> {
      for await (const bytes of content) {
        const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        if (headLength < headSize) {
          const part = Buffer.from(chunk.subarray(0, headSize - headLength))
          head.push(part)
          headLength += part.length
        }
        text.see(chunk)
        yield bytes
      }
    }

    return {
      content: watched(),
      async mediaType() {
        const bytes = Buffer.concat(head)
        return (
          (await markedType(bytes)) ?? (text.isText() && !bytes.some(isControl) ? 'text/plain' : unknownType)
        )
      },
      dimensions: () => headerDimensions(Buffer.concat(head)),
    }
  },
}

/** Without parameters. Undefined too for what makes the detection fail. The library is loaded with the first file. */
async function markedType(bytes: Buffer): Promise<string | undefined> {
  const { fileTypeFromBuffer } = await import('file-type')
  try {
    const found = await fileTypeFromBuffer(bytes)
    return found?.mime.split(';')[0]?.trim()
  } catch {
    return undefined
  }
}

/** Whether bytes that come in pieces are UTF-8. */
function watchText(): { see(chunk: Buffer): void; isText(): boolean } {
  let valid = true
  /** A character that began at the end of the last piece. */
  let rest: Buffer = Buffer.alloc(0)
  return {
    see(chunk) {
      if (!valid) return
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const end = lastBoundary(bytes)
      valid = isUtf8(bytes.subarray(0, end))
      rest = Buffer.from(bytes.subarray(end))
    },
    isText: () => valid && rest.length === 0,
  }
}

/** Where the last character begins if it is not whole, else the end (RFC 3629 §3). */
function lastBoundary(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}
