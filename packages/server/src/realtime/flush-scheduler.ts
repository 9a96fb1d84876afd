// When buffers write, and how much may wait in all of them together. The one place that decides about time: a buffer is written
// to when the turn of the event loop is over, but for paced frames only at the next beat, if this beat has seen a write to it.
import { FrameRun } from './frame-run.ts'
import { type Timing, unpaced, WritePace } from './write-pace.ts'

/** What the scheduler needs of a buffer. */
export interface Flushable {
  /** `due`: flushed at the end of this turn. `held`: flushed at the next beat. The scheduler's own. */
  wait: 'none' | 'due' | 'held'
  /** The beat of the last write. Kept by the buffer. */
  readonly writtenIn: number
  /** Writes what was gathered. */
  flush(): void
  /** Bytes that the socket had not taken when it was last written to; exact after `measure`. */
  readonly backlog: number
  measure(): void
  /** Ends the socket, because it holds more than its share of what all may hold. */
  shed(): void
}

export interface WriteBounds {
  /** Bytes that one socket may leave untaken. The gathered frames of one turn come on top, at most `eagerBytes`. */
  readonly socketBytes: number
  /** Bytes that all sockets together may leave untaken; beyond it the fattest are ended. */
  readonly totalBytes: number
  /** A socket that gathers more than this in one turn is written to at once. */
  readonly eagerBytes: number
}

const defaultBounds: WriteBounds = {
  socketBytes: 1024 * 1024,
  totalBytes: 256 * 1024 * 1024,
  eagerBytes: 64 * 1024,
}

export class FlushScheduler {
  readonly bounds: WriteBounds
  /** Where the runs of this turn begin. */
  root = FrameRun.root()
  readonly pace: WritePace
  private beats = 0
  private dirty: Flushable[] = []
  /** Buffers that were held in this beat; some are no more, and a buffer may stand here twice. */
  private held: Flushable[] = []
  /** Runs while paced frames come. */
  private timer: NodeJS.Timeout | null = null
  private readonly waiting = new Set<Flushable>()
  // Never below the truth: a backlog only falls between two writes to its socket.
  private total = 0

  constructor(bounds: WriteBounds = defaultBounds, pace: WritePace = new WritePace(() => 0, unpaced)) {
    this.bounds = bounds
    this.pace = pace
  }

  /** The number of the present beat. Without paced frames there is only one. */
  get beat(): number {
    return this.beats
  }

  /**
   * Has the buffer flushed when this turn of the event loop has read what there was to read; for a paced frame, at the next beat
   * if it was written to in this one. What waits for a beat leaves with the first frame that is not paced.
   */
  schedule(buffer: Flushable, timing: Timing): void {
    if (buffer.wait === 'due') return
    if (timing === 'paced') {
      if (buffer.wait === 'held') return
      if (this.timer === null) this.startBeating()
      else if (buffer.writtenIn === this.beats) {
        buffer.wait = 'held'
        this.held.push(buffer)
        return
      }
    }
    buffer.wait = 'due'
    if (this.dirty.length === 0) setImmediate(() => this.flush())
    this.dirty.push(buffer)
  }

  /** Called by a buffer when its backlog changed. */
  noteBacklog(buffer: Flushable, before: number): void {
    this.total += buffer.backlog - before
    if (buffer.backlog > 0) this.waiting.add(buffer)
    else this.waiting.delete(buffer)
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
    for (const buffer of held) if (buffer.wait === 'held') buffer.flush()
    this.afterWrites()
    if (held.length > 0) this.timer?.refresh()
    else this.timer = null
  }

  private flush(): void {
    const dirty = this.dirty
    this.dirty = []
    for (const buffer of dirty) buffer.flush()
    this.afterWrites()
  }

  private afterWrites(): void {
    this.root = FrameRun.root()
    if (this.total > this.bounds.totalBytes) this.shed()
  }

  private shed(): void {
    for (const buffer of [...this.waiting]) buffer.measure()
    const fattest = [...this.waiting].sort((a, b) => b.backlog - a.backlog)
    for (const buffer of fattest) {
      if (this.total <= this.bounds.totalBytes) return
      buffer.shed()
    }
  }
}
