// One event on its way to many sockets: encoded and framed once for each codec that meets it, and not before.
import type { ServerEvent } from '@parley/protocol'
import type { Log } from '../core/ports.ts'
import { encodeFrame, type FrameCodec } from './frame-codec.ts'

export class EncodedEvent {
  readonly event: ServerEvent
  private readonly log: Log
  private readonly frames = new Map<FrameCodec, Buffer | null>()
  // Almost always all sockets speak one dialect: the last answer spares the look-up.
  private lastCodec: FrameCodec | null = null
  private lastFrame: Buffer | null = null

  constructor(event: ServerEvent, log: Log) {
    this.event = event
    this.log = log
  }

  /** The same buffer for everyone with this codec; null when the codec has nothing to say, or fails (which is logged). */
  frameFor(codec: FrameCodec): Buffer | null {
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

  private encode(codec: FrameCodec): Buffer | null {
    try {
      const text = codec.encode(this.event)
      return text === null ? null : encodeFrame(text)
    } catch (error) {
      this.log.error({ err: error, codec: codec.name, type: this.event.type }, 'an event was not encoded')
      return null
    }
  }
}
