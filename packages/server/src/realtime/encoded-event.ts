// One event on its way to many sockets: encoded and framed once for each codec that meets it, and not before.
import type { Id, ServerEvent } from '@parley/protocol'
import type { Log } from '../core/ports.ts'
import { encodeFrames, type FrameCodec, type Told } from './frame-codec.ts'

/** The bytes for everyone, the bytes for each person, or null for none. */
export type Encoded = Buffer | null | ((userId: Id) => Buffer | null)

export class EncodedEvent {
  readonly event: ServerEvent
  private readonly log: Log
  private readonly frames = new Map<FrameCodec, Encoded | Promise<Encoded>>()
  // Almost always all sockets speak one dialect: the last answer spares the look-up.
  private lastCodec: FrameCodec | null = null
  private lastFrame: Encoded | Promise<Encoded> = null

  constructor(event: ServerEvent, log: Log) {
    this.event = event
    this.log = log
  }

  /**
   * The same answer for everyone with this codec; null when the codec has nothing to say, or fails (which is logged). A promise
   * does not reject.
   */
  frameFor(codec: FrameCodec): Encoded | Promise<Encoded> {
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

  private encode(codec: FrameCodec): Encoded | Promise<Encoded> {
    try {
      const told = codec.encode(this.event)
      if (!(told instanceof Promise)) return this.bytesOf(codec, told)
      return told.then((late) => this.bytesOf(codec, late)).catch((error) => this.fail(codec, error))
    } catch (error) {
      return this.fail(codec, error)
    }
  }

  private bytesOf(codec: FrameCodec, told: Told): Encoded {
    if (typeof told !== 'function') return encodeFrames(told)
    return (userId) => {
      try {
        return encodeFrames(told(userId))
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
