// From an event to the bytes of a WebSocket frame: what a dialect makes of it, then the framing that all sockets share.
import type { Id, ServerEvent } from '@parley/protocol'

/** The texts of the frames that tell one event: usually one; null for none. */
export type FrameTexts = string | readonly string[] | null

/** The same for everyone, or made for each person who hears the event. */
export type Told = FrameTexts | ((userId: Id) => FrameTexts)

/**
 * What the sockets of one dialect are told about an event. An event is encoded once for each codec object that follows it, so
 * sockets that are to share the work must share the object. A promise is for codecs that have to look something up first: what a
 * socket is told afterwards waits for it.
 */
export interface FrameCodec {
  readonly name: string
  encode(event: ServerEvent): Told | Promise<Told>
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

/** All frames that tell one event, one after the other. */
export function encodeFrames(texts: FrameTexts): Buffer | null {
  if (texts === null || typeof texts === 'string') return texts === null ? null : encodeFrame(texts)
  return texts.length === 0 ? null : Buffer.concat(texts.map(encodeFrame))
}
