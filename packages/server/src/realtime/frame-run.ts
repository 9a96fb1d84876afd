// The frames that one socket is to get in one write, as a path in a tree that all sockets share. Sockets that gathered the same
// frames in the same order stand on the same node, so that a room of a thousand needs one concatenation, not a thousand.

const noBytes = Buffer.alloc(0)

/** Immutable. The root is an empty run; a turn of the event loop starts from a root of its own. */
export class FrameRun {
  readonly bytes: number
  readonly count: number
  private readonly frame: Buffer
  private readonly before: FrameRun | null
  private joined: Buffer | null = null
  // One remembered child is enough: an event goes to all its sockets before the next event goes to any.
  private lastChild: FrameRun | null = null

  private constructor(before: FrameRun | null, frame: Buffer) {
    this.before = before
    this.frame = frame
    this.bytes = (before?.bytes ?? 0) + frame.length
    this.count = before === null ? 0 : before.count + 1
  }

  static root(): FrameRun {
    return new FrameRun(null, noBytes)
  }

  /** This run and the frame after it; the same object for the same frame, if nothing else was appended in between. */
  append(frame: Buffer): FrameRun {
    if (this.lastChild?.frame === frame) return this.lastChild
    const child = new FrameRun(this, frame)
    this.lastChild = child
    return child
  }

  /** All bytes, in order. Made once; a single frame is given as it is. */
  toBuffer(): Buffer {
    if (this.count === 1) return this.frame
    this.joined ??= this.join()
    return this.joined
  }

  private join(): Buffer {
    const bytes = Buffer.allocUnsafe(this.bytes)
    let end = this.bytes
    for (let run: FrameRun | null = this; run !== null; run = run.before) {
      end -= run.frame.length
      bytes.set(run.frame, end)
    }
    return bytes
  }
}
