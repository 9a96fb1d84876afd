// From an event to the bytes of a WebSocket frame: what a dialect makes of it, then the framing that all sockets share.
import type { ServerEvent } from '@parley/protocol'

/**
 * What the sockets of one dialect are told about an event: the text of one frame, or nothing. An event is encoded once for each
 * codec object that follows it, so sockets that are to share the work must share the object; a dialect whose frames depend on
 * who looks makes one codec for each viewer.
 */
export interface FrameCodec {
  readonly name: string
  encode(event: ServerEvent): string | null
}

/** The canonical API: an event stands on the wire as it is. */
export const canonicalCodec: FrameCodec = {
  name: 'canonical',
  encode: (event) => JSON.stringify(event),
}

/** FIN and the opcode for text (RFC 6455 §5.2). */
const finText = 0x81
const maxShort = 125
const max16 = 0xffff

/** The text as one unmasked frame from server to client, with the shortest of the three lengths (RFC 6455 §5.2). */
export function encodeFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const headerLength = length <= maxShort ? 2 : length <= max16 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerLength + length)
  frame[0] = finText
  if (length <= maxShort) {
    frame[1] = length
  } else if (length <= max16) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.write(text, headerLength)
  return frame
}
