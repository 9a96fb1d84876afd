// Frames of one connection that are still being made, and those that have to wait behind them so that order is kept.
import type { Id } from '@parley/protocol'
import type { EncodedFrames } from './frame-codec.ts'
import type { Timing } from './writes.ts'

interface Waiting {
  /** Undefined until it is made. */
  frame: EncodedFrames | undefined
  /** The chat through which it came; null when it was meant for the person. */
  readonly chatId: Id | null
  readonly timing: Timing
}

export class FrameLine {
  private readonly deliver: (frame: EncodedFrames, chatId: Id | null, timing: Timing) => void
  private waiting: Waiting[] = []

  /** `deliver` is called for each frame in the order of `add`, as soon as it and all before it are made. */
  constructor(deliver: FrameLine['deliver']) {
    this.deliver = deliver
  }

  get size(): number {
    return this.waiting.length
  }

  /** The promise must not reject. */
  add(frame: EncodedFrames | Promise<EncodedFrames>, chatId: Id | null, timing: Timing): void {
    if (!(frame instanceof Promise)) {
      this.waiting.push({ frame, chatId, timing })
      return
    }
    const waiting: Waiting = { frame: undefined, chatId, timing }
    this.waiting.push(waiting)
    void frame.then((made) => {
      waiting.frame = made
      this.advance()
    })
  }

  /** Nothing that came through the chat is delivered any more. */
  forget(chatId: Id): void {
    this.waiting = this.waiting.filter((item) => item.chatId !== chatId)
    this.advance()
  }

  clear(): void {
    this.waiting = []
  }

  private advance(): void {
    for (;;) {
      const [first] = this.waiting
      if (first?.frame === undefined) return
      this.waiting.shift()
      this.deliver(first.frame, first.chatId, first.timing)
    }
  }
}
