// Writes that carry what gathered for their sockets: all frames of one turn of the event loop, or, in large and busy chats, of one beat of a
// clock. Most of a delivery is the kernel's work for the write, some 8 µs: only fewer writes cost less. ADR 16 has the figures.
import { type BucketPolicy, TokenBucket } from '../core/token-bucket.ts'
import {
  Backlogs,
  BoundedWriter,
  defaultBounds,
  type Sink,
  type SocketWriter,
  type Timing,
  type WriteBounds,
  type Writes,
} from './writes.ts'

export interface PaceRules {
  /** Milliseconds from beat to beat, in each of which a socket is written to once; 0 for no beat at all. */
  readonly interval: number
  /** Followers on this node that make a chat large. */
  readonly followers: number
  /** Events per second that make a large chat busy. */
  readonly perSecond: number
}

/**
 * At 100 events a second an interval of 25 ms makes one write of two or three, which people do not see. At 40 events a second there is
 * one for each beat, and nothing to gather; with 100 followers it saves 3 % of a core, which the 13 ms that everybody waits are not worth.
 */
export const defaultPace: PaceRules = { interval: 25, followers: 200, perSecond: 50 }

export interface GatheringOptions {
  readonly bounds?: WriteBounds
  readonly pace?: PaceRules
  /** A monotonic clock in milliseconds. */
  readonly now: () => number
}

/**
 * The one place that decides about time: a socket is written to when the turn of the event loop is over, but for paced frames only at
 * the next beat, if this beat has seen a write to it.
 */
export class GatheredWrites implements Writes {
  readonly bounds: WriteBounds
  private readonly backlogs: Backlogs
  private readonly pace: PaceRules
  private readonly now: () => number
  /** By the set of a chat's followers. One whose bucket is less than half full is busy. */
  private readonly rates = new WeakMap<ReadonlySet<object>, TokenBucket>()
  private readonly ofChats: BucketPolicy
  /** Where the runs of this turn begin. */
  root = FrameRun.root()
  private beats = 0
  private due: GatheringWriter[] = []
  /** Those that were held in this beat; some are no more, and one may stand here twice. */
  private held: GatheringWriter[] = []
  /** Runs while paced frames come. */
  private timer: NodeJS.Timeout | null = null

  constructor({ bounds = defaultBounds, pace = defaultPace, now }: GatheringOptions) {
    this.bounds = bounds
    this.pace = pace
    this.now = now
    this.backlogs = new Backlogs(bounds)
    this.ofChats = { burst: 2 * burst, perSecond: pace.perSecond }
  }

  open(sink: Sink, onOverflow: () => void): SocketWriter {
    return new GatheringWriter(sink, this.backlogs, onOverflow, this)
  }

  timingFor(followers: ReadonlySet<object>): Timing {
    const { interval } = this.pace
    if (interval === 0 || followers.size < this.pace.followers) return 'at_once'
    const now = this.now()
    let rate = this.rates.get(followers)
    if (rate === undefined) {
      rate = new TokenBucket(this.ofChats, now)
      this.rates.set(followers, rate)
    }
    return rate.drain(1, now) < burst ? 'paced' : 'at_once'
  }

  /** The number of the present beat. Without paced frames there is only one. */
  get beat(): number {
    return this.beats
  }

  /**
   * Has the writer flushed when this turn of the event loop has read what there was to read; for a paced frame, at the next beat
   * if it wrote in this one. What waits for a beat leaves with the first frame that is not paced.
   */
  schedule(writer: GatheringWriter, timing: Timing): void {
    if (writer.wait === 'due') return
    if (timing === 'paced') {
      if (writer.wait === 'held') return
      if (this.timer === null) this.startBeating()
      else if (writer.writtenIn === this.beats) {
        writer.wait = 'held'
        this.held.push(writer)
        return
      }
    }
    writer.wait = 'due'
    if (this.due.length === 0) setImmediate(() => this.endTurn())
    this.due.push(writer)
  }

  /** Writes of before are of a former beat, so that the first paced frame of every socket leaves at once. */
  private startBeating(): void {
    this.beats += 1
    this.timer = setTimeout(() => this.nextBeat(), this.pace.interval).unref()
  }

  /** The interval begins anew after the writes: under load there is time for other work between two beats. */
  private nextBeat(): void {
    this.beats += 1
    const held = this.held
    this.held = []
    for (const writer of held) if (writer.wait === 'held') writer.flush()
    this.afterWrites()
    if (held.length > 0) this.timer?.refresh()
    else this.timer = null
  }

  private endTurn(): void {
    const due = this.due
    this.due = []
    for (const writer of due) writer.flush()
    this.afterWrites()
  }

  private afterWrites(): void {
    this.root = FrameRun.root()
    this.backlogs.enforce()
  }
}

class GatheringWriter extends BoundedWriter {
  /** `due`: flushed at the end of this turn. `held`: flushed at the next beat. */
  wait: 'none' | 'due' | 'held' = 'none'
  /** The beat of the last write. */
  writtenIn = -1
  private readonly writes: GatheredWrites
  private gathered: FrameRun | null = null

  constructor(sink: Sink, backlogs: Backlogs, onOverflow: () => void, writes: GatheredWrites) {
    super(sink, backlogs, onOverflow)
    this.writes = writes
  }

  enqueue(frame: Buffer, timing: Timing = 'at_once'): void {
    if (this.sealed) return
    this.gathered = (this.gathered ?? this.writes.root).append(frame)
    if (this.gathered.bytes > this.writes.bounds.eagerBytes) this.writeGathered()
    else this.writes.schedule(this, timing)
  }

  flush(): void {
    this.wait = 'none'
    this.writeGathered()
  }

  finish(): void {
    this.writeGathered()
    this.drop()
  }

  override drop(): void {
    this.gathered = null
    super.drop()
  }

  private writeGathered(): void {
    const { gathered } = this
    if (gathered === null) return
    this.gathered = null
    this.writtenIn = this.writes.beat
    this.write(gathered.toBuffer())
  }
}

const noBytes = Buffer.alloc(0)

/**
 * The frames that one socket gets in one write, as a path in a tree that all sockets share: those that gathered the same frames in the
 * same order stand on the same node, so that a room of a thousand needs one concatenation, not a thousand. Immutable; each turn of the
 * event loop starts from a root of its own, which is the empty run.
 */
class FrameRun {
  readonly bytes: number
  private readonly frame: Buffer
  private readonly before: FrameRun | null
  private joined: Buffer | null = null
  // One remembered child is enough: an event goes to all its sockets before the next event goes to any.
  private lastChild: FrameRun | null = null

  private constructor(before: FrameRun | null, frame: Buffer) {
    this.before = before
    this.frame = frame
    this.bytes = (before?.bytes ?? 0) + frame.length
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
    if (this.bytes === this.frame.length) return this.frame
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

/** Events above the rate that a chat may have at once before it counts as busy, and below it before it no longer does. */
const burst = 10
