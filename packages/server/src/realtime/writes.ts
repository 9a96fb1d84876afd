// How frames come to the sockets: the contract, the bounds on what sockets leave untaken (I8), and its plain implementation, which writes
// every frame at once. The other one is gathered-writes.ts, which does the same with fewer writes; performance alone explains it (ADR 16).

/** The raw socket under a WebSocket. Frames are written to it whole, so the ws library's own frames may come in between. */
export interface Sink {
  readonly writable: boolean
  /** Bytes that were written but not yet taken by the system. */
  readonly writableLength: number
  write(bytes: Buffer): unknown
}

/** `at_once`: in this turn of the event loop. `paced`: may wait for other frames, but not for long. */
export type Timing = 'at_once' | 'paced'

export interface WriteBounds {
  /** Bytes that one socket may leave untaken. What is gathered comes on top, at most `eagerBytes`. */
  readonly socketBytes: number
  /** Bytes that all sockets together may leave untaken; beyond it the fattest are ended. */
  readonly totalBytes: number
  /** A socket for which more than this is gathered is written to at once. */
  readonly eagerBytes: number
}

export const defaultBounds: WriteBounds = {
  socketBytes: 1024 * 1024,
  totalBytes: 256 * 1024 * 1024,
  eagerBytes: 64 * 1024,
}

/** The frames of one socket, which leave in the order in which they were enqueued. */
export interface SocketWriter {
  /** Does nothing after `finish` and `drop`. */
  enqueue(frame: Buffer, timing?: Timing): void
  /**
   * `enqueue` for the first frame, whose size the bounds of a resume hold and which may be larger than a socket's share: it
   * does not count against that share until the socket has caught up. It does count in the sum of all sockets.
   */
  enqueueFirst(frame: Buffer): void
  /** Writes what was enqueued, then nothing ever again: the caller's close frame can follow. */
  finish(): void
  /** Forgets what was enqueued and not written, and takes nothing more. */
  drop(): void
}

/** The writes to all sockets of a hub. */
export interface Writes {
  readonly bounds: WriteBounds
  /** `onOverflow` is called when the socket is to be ended, perhaps more than once and in the middle of `enqueue`. */
  open(sink: Sink, onOverflow: () => void): SocketWriter
  /** For one event to all followers of a chat; to be asked once for each event. The set lives as long as the chat is followed. */
  timingFor(followers: ReadonlySet<object>): Timing
}

/** What all sockets together have not taken. */
export class Backlogs {
  readonly bounds: WriteBounds
  private readonly waiting = new Set<BoundedWriter>()
  // Never below the truth: a backlog only falls between two writes to its socket.
  private total = 0

  constructor(bounds: WriteBounds) {
    this.bounds = bounds
  }

  /** Called by a writer when its backlog changed. */
  note(writer: BoundedWriter, before: number): void {
    this.total += writer.backlog - before
    if (writer.backlog > 0) this.waiting.add(writer)
    else this.waiting.delete(writer)
  }

  /** Has sockets ended, the fattest first, until the rest is within the bound. To be called after writes. */
  enforce(): void {
    if (this.total <= this.bounds.totalBytes) return
    for (const writer of [...this.waiting]) writer.measure()
    const fattest = [...this.waiting].sort((a, b) => b.backlog - a.backlog)
    for (const writer of fattest) {
      if (this.total <= this.bounds.totalBytes) return
      writer.onOverflow()
    }
  }
}

/** Writes to one socket and reports it when it does not take its bytes. When it writes is up to who extends it. */
export abstract class BoundedWriter implements SocketWriter {
  /** Bytes that the socket had not taken when it was last written to; exact after `measure`. */
  backlog = 0
  readonly onOverflow: () => void
  protected sealed = false
  private readonly sink: Sink
  protected readonly backlogs: Backlogs
  /** Bytes that may wait beyond the bound, until the socket has taken everything. */
  private allowance = 0

  constructor(sink: Sink, backlogs: Backlogs, onOverflow: () => void) {
    this.sink = sink
    this.backlogs = backlogs
    this.onOverflow = onOverflow
  }

  abstract enqueue(frame: Buffer, timing?: Timing): void

  abstract finish(): void

  enqueueFirst(frame: Buffer): void {
    this.allowance += frame.length
    this.enqueue(frame)
  }

  drop(): void {
    this.sealed = true
    this.measure()
  }

  measure(): void {
    const before = this.backlog
    const now = this.sealed || !this.sink.writable ? 0 : this.sink.writableLength
    if (now === before) return
    this.backlog = now
    this.backlogs.note(this, before)
  }

  /** Does nothing when the socket cannot be written to. */
  protected write(bytes: Buffer): void {
    if (!this.sink.writable) return
    this.sink.write(bytes)
    this.measure()
    if (this.backlog === 0) this.allowance = 0
    else if (this.backlog > this.backlogs.bounds.socketBytes + this.allowance) this.onOverflow()
  }
}

/** Every frame in a write of its own, at once. */
export class DirectWrites implements Writes {
  readonly bounds: WriteBounds
  private readonly backlogs: Backlogs

  constructor(bounds: WriteBounds = defaultBounds) {
    this.bounds = bounds
    this.backlogs = new Backlogs(bounds)
  }

  open(sink: Sink, onOverflow: () => void): SocketWriter {
    return new DirectWriter(sink, this.backlogs, onOverflow)
  }

  timingFor(): Timing {
    return 'at_once'
  }
}

class DirectWriter extends BoundedWriter {
  enqueue(frame: Buffer): void {
    if (this.sealed) return
    this.write(frame)
    this.backlogs.enforce()
  }

  finish(): void {
    this.drop()
  }
}
