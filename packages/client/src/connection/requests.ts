// Matches answers of the socket with the frames that asked for them, by `ref`.
import type { AckFrame, ClientFrame, ErrorFrame } from '@parley/protocol'
import { ConnectionError, ParleyError } from '../errors.ts'
import type { Clock } from '../types.ts'

/** An answer that takes longer, in milliseconds, is not awaited any more. */
export const answerPatience = 15_000

/** Frames that are answered with `ack` or `error`. */
export type RequestFrame = Extract<
  ClientFrame,
  { type: 'send_message' | 'edit_message' | 'delete_message' | 'read' }
>

interface Pending {
  readonly resolve: (ack: AckFrame) => void
  readonly reject: (error: Error) => void
  readonly timer: unknown
}

export interface RequestPorts {
  readonly clock: Clock
  /** False if the connection is not ready. */
  readonly write: (frame: ClientFrame) => boolean
  /** An answer is overdue: the socket is not to be trusted. */
  readonly onOverdue: () => void
}

export class Requests {
  readonly #ports: RequestPorts
  readonly #pending = new Map<number, Pending>()
  #lastRef = 0

  constructor(ports: RequestPorts) {
    this.#ports = ports
  }

  /** Rejects with `ParleyError` if the server refuses, with `ConnectionError` if no answer can come any more. */
  ask(frame: RequestFrame): Promise<AckFrame> {
    this.#lastRef += 1
    const ref = this.#lastRef
    return new Promise((resolve, reject) => {
      if (!this.#ports.write({ ...frame, ref })) {
        reject(new ConnectionError('Not connected'))
        return
      }
      const timer = this.#ports.clock.setTimeout(() => {
        this.#pending.delete(ref)
        reject(new ConnectionError('No answer in time'))
        this.#ports.onOverdue()
      }, answerPatience)
      this.#pending.set(ref, { resolve, reject, timer })
    })
  }

  /** Answers without a known ref are of no interest to anyone. */
  answer(frame: AckFrame | ErrorFrame): void {
    if (frame.ref === undefined) return
    const pending = this.#pending.get(frame.ref)
    if (pending === undefined) return
    this.#pending.delete(frame.ref)
    this.#ports.clock.clearTimeout(pending.timer)
    if (frame.type === 'ack') pending.resolve(frame)
    else pending.reject(ParleyError.ofFrame(frame))
  }

  /** The socket is gone, and every answer with it. */
  lose(): void {
    const lost = [...this.#pending.values()]
    this.#pending.clear()
    for (const { timer, reject } of lost) {
      this.#ports.clock.clearTimeout(timer)
      reject(new ConnectionError('The connection was lost'))
    }
  }
}
