// WebSocket frames (RFC 6455) as far as a load generator needs them: whole client frames out, server frames in by their length.

export const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

const maskBit = 0x80
const finBit = 0x80

/** Thrown when the bytes are not frames that this reader takes: fragmented, masked or larger than 2^32. */
export class FrameFault extends Error {
  override readonly name = 'FrameFault'
}

/** A client frame that can be copied and changed in place: its payload is masked already. */
export interface MaskedFrame {
  readonly bytes: Buffer
  /** Where the payload begins. */
  readonly payloadAt: number
  readonly mask: Buffer
}

/** A whole frame from a client. `mask` is 4 bytes; a constant one is as good as any between two local processes. */
export function maskedFrame(opcode: number, payload: Buffer, mask: Buffer): MaskedFrame {
  const header = lengthHeader(opcode, payload.length, maskBit)
  const bytes = Buffer.concat([header, mask, payload])
  const payloadAt = header.length + mask.length
  for (let index = 0; index < payload.length; index++) xorAt(bytes, payloadAt + index, mask, index)
  return { bytes, payloadAt, mask }
}

/** A whole frame from a server. */
export function unmaskedFrame(opcode: number, payload: Buffer): Buffer {
  return Buffer.concat([lengthHeader(opcode, payload.length, 0), payload])
}

/** Writes `digits` decimal digits of `value`, with leading zeros, over the masked payload from `offset` on. */
export function writeMaskedDigits(
  bytes: Buffer,
  frame: MaskedFrame,
  offset: number,
  digits: number,
  value: number,
): void {
  let rest = value
  for (let index = offset + digits - 1; index >= offset; index--) {
    const higher = Math.floor(rest / 10)
    bytes[frame.payloadAt + index] = (0x30 + rest - higher * 10) ^ (frame.mask[index & 3] ?? 0)
    rest = higher
  }
}

/** Writes `digits` hexadecimal digits of `value` over the masked payload from `offset` on. */
export function writeMaskedHex(
  bytes: Buffer,
  frame: MaskedFrame,
  offset: number,
  digits: number,
  value: number,
): void {
  let rest = value
  for (let index = offset + digits - 1; index >= offset; index--) {
    const higher = Math.floor(rest / 16)
    const digit = rest - higher * 16
    bytes[frame.payloadAt + index] = (digit < 10 ? 0x30 + digit : 0x57 + digit) ^ (frame.mask[index & 3] ?? 0)
    rest = higher
  }
}

/** Called for each whole frame; the payload is `bytes[start…end)` and is valid during the call only. */
export type OnFrame = (opcode: number, bytes: Buffer, start: number, end: number) => void

/**
 * Cuts what a socket receives into frames, however the chunks fall. Returns the function that takes the next chunk's first
 * `length` bytes; the chunk may be used again afterwards.
 */
export function createFrameReader(onFrame: OnFrame): (chunk: Buffer, length: number) => void {
  let carried = Buffer.alloc(0)

  return (chunk, length) => {
    let bytes = chunk
    let limit = length
    if (carried.length > 0) {
      bytes = Buffer.concat([carried, chunk.subarray(0, length)])
      limit = bytes.length
    }
    let at = 0
    while (true) {
      const payloadAt = at + headerLength(bytes, at, limit)
      if (payloadAt > limit) break
      const end = payloadAt + payloadLength(bytes, at)
      if (end > limit) break
      onFrame((bytes[at] ?? 0) & 0x0f, bytes, payloadAt, end)
      at = end
    }
    carried = at === limit ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at, limit))
  }
}

/** The header's length, or more than is there while it is incomplete. */
function headerLength(bytes: Buffer, at: number, limit: number): number {
  if (limit - at < 2) return limit - at + 1
  const first = bytes[at] ?? 0
  const second = bytes[at + 1] ?? 0
  if ((first & finBit) === 0 || (first & 0x0f) === 0)
    throw new FrameFault('The server sent a fragmented frame')
  if ((second & maskBit) !== 0) throw new FrameFault('The server sent a masked frame')
  const short = second & 0x7f
  return short < 126 ? 2 : short === 126 ? 4 : 10
}

function payloadLength(bytes: Buffer, at: number): number {
  const short = (bytes[at + 1] ?? 0) & 0x7f
  if (short < 126) return short
  if (short === 126) return bytes.readUInt16BE(at + 2)
  if (bytes.readUInt32BE(at + 2) !== 0) throw new FrameFault('The server sent a frame beyond 2^32 bytes')
  return bytes.readUInt32BE(at + 6)
}

function lengthHeader(opcode: number, length: number, flag: number): Buffer {
  if (length < 126) return Buffer.from([finBit | opcode, flag | length])
  if (length < 65_536) {
    const header = Buffer.from([finBit | opcode, flag | 126, 0, 0])
    header.writeUInt16BE(length, 2)
    return header
  }
  const header = Buffer.alloc(10)
  header[0] = finBit | opcode
  header[1] = flag | 127
  header.writeUInt32BE(length, 6)
  return header
}

function xorAt(bytes: Buffer, place: number, mask: Buffer, index: number): void {
  bytes[place] = (bytes[place] ?? 0) ^ (mask[index & 3] ?? 0)
}
