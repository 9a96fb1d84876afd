// Moves the own cursors: calls close together go out as one, and what a lost connection swallowed goes out again.
import type { AckFrame } from '@parley/protocol'
import { ConnectionError, isExpected, ParleyError } from '../errors.ts'
import type { Report } from '../report.ts'
import type { Clock } from '../types.ts'

/** The least time between two cursors of a chat, in milliseconds. */
const markEvery = 200
/** The least time after the server asked to try later, in milliseconds; it doubles with each failure in a row. */
const retryAfter = 2_000
const retryMax = 60_000

interface Mark {
  /** Where the cursor is wanted. Only rises. */
  wanted: number
  /** What the server has answered for. */
  answered: number
  sentAt: number
  failures: number
  timer: unknown
  state: 'idle' | 'scheduled' | 'asking'
}

export interface ReadMarkerPorts {
  readonly clock: Clock
  /** The cursor as the replica knows it. */
  readonly readSeq: (chatId: string) => number
  readonly isReady: () => boolean
  readonly ask: (chatId: string, seq: number) => Promise<AckFrame>
  /** It cannot be told now: it is to outlive this client. */
  readonly keep: (chatId: string, seq: number) => void
  /** The server has answered for it. */
  readonly onTold: (chatId: string, seq: number) => void
  readonly onRead: (read: NonNullable<AckFrame['read']>) => void
  readonly report: Report
}

export class ReadMarker {
  readonly #ports: ReadMarkerPorts
  readonly #marks = new Map<string, Mark>()

  constructor(ports: ReadMarkerPorts) {
    this.#ports = ports
  }

  mark(chatId: string, seq: number): void {
    const mark = this.#marks.get(chatId) ?? {
      wanted: 0,
      answered: 0,
      sentAt: Number.NEGATIVE_INFINITY,
      failures: 0,
      timer: undefined,
      state: 'idle',
    }
    this.#marks.set(chatId, mark)
    mark.wanted = Math.max(mark.wanted, seq)
    this.#schedule(chatId, mark, markEvery)
  }

  /** Cursors that never arrived are sent now. */
  onReady(): void {
    for (const [chatId, mark] of this.#marks) this.#schedule(chatId, mark, markEvery)
  }

  stop(): void {
    for (const { timer } of this.#marks.values()) this.#ports.clock.clearTimeout(timer)
    this.#marks.clear()
  }

  #schedule(chatId: string, mark: Mark, every: number): void {
    if (!this.#isWanting(chatId, mark)) this.#ports.onTold(chatId, mark.wanted)
    else if (!this.#ports.isReady()) this.#ports.keep(chatId, mark.wanted)
    else if (mark.state === 'idle') this.#arm(chatId, mark, every)
  }

  #arm(chatId: string, mark: Mark, every: number): void {
    // A clock that was set back must not make it wait for longer than it would have.
    const delay = Math.min(every, mark.sentAt + every - this.#ports.clock.now())
    if (delay <= 0) {
      void this.#send(chatId, mark)
      return
    }
    mark.state = 'scheduled'
    mark.timer = this.#ports.clock.setTimeout(() => void this.#send(chatId, mark), delay)
  }

  #isWanting(chatId: string, mark: Mark): boolean {
    return mark.wanted > Math.max(mark.answered, this.#ports.readSeq(chatId))
  }

  async #send(chatId: string, mark: Mark): Promise<void> {
    mark.state = 'asking'
    mark.sentAt = this.#ports.clock.now()
    const seq = mark.wanted
    let every = markEvery
    try {
      const { read } = await this.#ports.ask(chatId, seq)
      // The server may stop short of a seq that does not exist yet: asking again would not help.
      mark.answered = Math.max(mark.answered, seq)
      mark.failures = 0
      if (read !== undefined) this.#ports.onRead(read)
    } catch (error) {
      if (error instanceof ParleyError && error.retryable) {
        every = Math.min(retryMax, retryAfter * 2 ** mark.failures)
        mark.failures += 1
      }
      // What the server refuses for good (one has left the chat), or what failed here, would go the same way again.
      else if (!(error instanceof ConnectionError)) mark.answered = Math.max(mark.answered, seq)
      if (!isExpected(error)) this.#ports.report(error)
    }
    mark.state = 'idle'
    if (this.#marks.get(chatId) === mark) this.#schedule(chatId, mark, every)
  }
}
