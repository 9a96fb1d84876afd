// From an event to the bytes of WebSocket frames: what a dialect makes of it, the framing, and one encoding for all sockets that share it.
import type { Id, ServerEvent } from '@parley/protocol'
import type { Log } from '../core/ports.ts'

/** The texts of the frames that stand for one event: usually one; null for none. */
export type FrameTexts = string | readonly string[] | null

/** The same for everyone, or made for each person to whom the event is delivered. */
export type EncodedTexts = FrameTexts | ((userId: Id) => FrameTexts)

/**
 * What the sockets of one dialect get for an event. An event is encoded once for each codec object that follows it, so sockets
 * that are to share the work must share the object. A promise is for codecs that have to look something up first: what is
 * delivered to a socket afterwards waits for it.
 */
export interface FrameCodec {
  readonly name: string
  encode(event: ServerEvent): EncodedTexts | Promise<EncodedTexts>
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

/** All frames of one event, one after the other. */
function encodeFrames(texts: FrameTexts): Buffer | null {
  if (texts === null || typeof texts === 'string') return texts === null ? null : encodeFrame(texts)
  return texts.length === 0 ? null : Buffer.concat(texts.map(encodeFrame))
}

/** The bytes for everyone, the bytes for each person, or null for none. */
export type EncodedFrames = Buffer | null | ((userId: Id) => Buffer | null)

/** One event on its way to many sockets: encoded and framed once for each codec that meets it, and not before. */
export class EncodedEvent {
  readonly event: ServerEvent
  private readonly log: Log
  private readonly frames = new Map<FrameCodec, EncodedFrames | Promise<EncodedFrames>>()
  // Almost always all sockets speak one dialect: the last answer spares the look-up.
  private lastCodec: FrameCodec | null = null
  private lastFrame: EncodedFrames | Promise<EncodedFrames> = null

  constructor(event: ServerEvent, log: Log) {
    this.event = event
    this.log = log
  }

  /**
   * The same answer for everyone with this codec; null when the codec has nothing to say, or fails (which is logged). A promise
   * does not reject.
   */
  frameFor(codec: FrameCodec): EncodedFrames | Promise<EncodedFrames> {
    if (codec === this.lastCodec) return this.lastFrame
    let frame = this.frames.get(codec)
    if (frame === undefined) {
      frame = this.encode(codec)
      this.frames.set(codec, frame)
    }
    this.lastCodec = codec
    this.lastFrame = frame
    return frame
  }

  private encode(codec: FrameCodec): EncodedFrames | Promise<EncodedFrames> {
    try {
      const texts = codec.encode(this.event)
      if (!(texts instanceof Promise)) return this.bytesOf(codec, texts)
      return texts.then((late) => this.bytesOf(codec, late)).catch((error) => this.fail(codec, error))
    } catch (error) {
      return this.fail(codec, error)
    }
  }

  private bytesOf(codec: FrameCodec, texts: EncodedTexts): EncodedFrames {
    if (typeof texts !== 'function') return encodeFrames(texts)
    return (userId) => {
      try {
        return encodeFrames(texts(userId))
      } catch (error) {
        return this.fail(codec, error)
      }
    }
  }

  private fail(codec: FrameCodec, error: unknown): null {
    this.log.error({ err: error, codec: codec.name, type: this.event.type }, 'an event was not encoded')
    return null
  }
}
