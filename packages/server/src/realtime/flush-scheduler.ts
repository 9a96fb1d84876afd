// When outboxes write, and how much may wait in all of them together. The one place that decides about time: a minimum interval
// between the writes of large busy rooms would be added here, by holding back a part of the dirty list.
import { FrameRun } from './frame-run.ts'

/** What the scheduler needs of an outbox. */
export interface Flushable {
  /** Writes what was gathered. */
  flush(): void
  /** Bytes that the socket had not taken when it was last written to; exact after `measure`. */
  readonly backlog: number
  measure(): void
  /** Ends the socket, because it holds more than its share of what all may hold. */
  shed(): void
}

export interface OutboxBounds {
  /** Bytes that one socket may leave untaken. The gathered frames of one turn come on top, at most `eagerBytes`. */
  readonly socketBytes: number
  /** Bytes that all sockets together may leave untaken; beyond it the fattest are ended. */
  readonly totalBytes: number
  /** A socket that gathers more than this in one turn is written to at once. */
  readonly eagerBytes: number
}

export const defaultBounds: OutboxBounds = {
  socketBytes: 1024 * 1024,
  totalBytes: 256 * 1024 * 1024,
  eagerBytes: 64 * 1024,
}

export class FlushScheduler {
  readonly bounds: OutboxBounds
  /** Where the runs of this turn begin. */
  root = FrameRun.root()
  private dirty: Flushable[] = []
  private readonly waiting = new Set<Flushable>()
  // Never below the truth: a backlog only falls between two writes to its socket.
  private total = 0

  constructor(bounds: OutboxBounds = defaultBounds) {
    this.bounds = bounds
  }

  /** Has the outbox flushed when this turn of the event loop has read what there was to read. */
  schedule(outbox: Flushable): void {
    if (this.dirty.length === 0) setImmediate(() => this.flush())
    this.dirty.push(outbox)
  }

  /** Called by an outbox when its backlog changed. */
  noteBacklog(outbox: Flushable, before: number): void {
    this.total += outbox.backlog - before
    if (outbox.backlog > 0) this.waiting.add(outbox)
    else this.waiting.delete(outbox)
  }

  private flush(): void {
    const dirty = this.dirty
    this.dirty = []
    for (const outbox of dirty) outbox.flush()
    this.root = FrameRun.root()
    if (this.total > this.bounds.totalBytes) this.shed()
  }

  private shed(): void {
    for (const outbox of [...this.waiting]) outbox.measure()
    const fattest = [...this.waiting].sort((a, b) => b.backlog - a.backlog)
    for (const outbox of fattest) {
      if (this.total <= this.bounds.totalBytes) return
      outbox.shed()
    }
  }
}
