// What waits to be written to one socket. All frames of one turn of the event loop (or of one beat) leave in one write; a socket that does not take
// its bytes is reported, so that memory stays bounded.
import type { Flushable, FlushScheduler } from './flush-scheduler.ts'
import type { FrameRun } from './frame-run.ts'
import type { Timing } from './write-pace.ts'

/** The raw socket under a WebSocket. Frames are written to it whole, so the ws library's own frames may come in between. */
export interface Sink {
  readonly writable: boolean
  /** Bytes that were written but not yet taken by the system. */
  readonly writableLength: number
  write(bytes: Buffer): unknown
}

export class WriteBuffer implements Flushable {
  backlog = 0
  wait: Flushable['wait'] = 'none'
  writtenIn = -1
  private readonly sink: Sink
  private readonly scheduler: FlushScheduler
  private readonly onOverflow: () => void
  private gathered: FrameRun | null = null
  private sealed = false
  /** Bytes that may wait beyond the bound, until the socket has taken everything. */
  private allowance = 0

  /** `onOverflow` is called when the socket is to be ended, perhaps more than once and in the middle of `enqueue`. */
  constructor(sink: Sink, scheduler: FlushScheduler, onOverflow: () => void) {
    this.sink = sink
    this.scheduler = scheduler
    this.onOverflow = onOverflow
  }

  /** Adds a frame to what is written next. Does nothing once sealed. */
  enqueue(frame: Buffer, timing: Timing = 'at_once'): void {
    if (this.sealed) return
    this.gathered = (this.gathered ?? this.scheduler.root).append(frame)
    if (this.gathered.bytes > this.scheduler.bounds.eagerBytes) {
      this.write()
    } else {
      this.scheduler.schedule(this, timing)
    }
  }

  /**
   * `enqueue` for the first frame, whose size the bounds of a resume hold and which may be larger than a socket's share: it
   * does not count against that share until the socket has caught up. It does count in the sum of all sockets.
   */
  enqueueFirst(frame: Buffer): void {
    this.allowance += frame.length
    this.enqueue(frame)
  }

  flush(): void {
    this.wait = 'none'
    this.write()
  }

  measure(): void {
    const before = this.backlog
    const now = this.sealed || !this.sink.writable ? 0 : this.sink.writableLength
    if (now === before) return
    this.backlog = now
    this.scheduler.noteBacklog(this, before)
  }

  shed(): void {
    this.onOverflow()
  }

  /** Writes what was gathered, then nothing ever again: the caller's close frame can follow. */
  finish(): void {
    this.write()
    this.drop()
  }

  /** Forgets what was gathered and takes nothing more. */
  drop(): void {
    this.sealed = true
    this.gathered = null
    this.measure()
  }

  private write(): void {
    const { gathered } = this
    if (gathered === null) return
    this.gathered = null
    if (!this.sink.writable) return
    this.writtenIn = this.scheduler.beat
    this.sink.write(gathered.toBuffer())
    this.measure()
    if (this.backlog === 0) this.allowance = 0
    else if (this.backlog > this.scheduler.bounds.socketBytes + this.allowance) this.onOverflow()
  }
}
