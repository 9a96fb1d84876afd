// Who waits for which entry of the outbox.
import type { Message } from '@parley/protocol'
import { createDeferred, type Deferred } from '../deferred.ts'

export class Promises {
  readonly #waiting = new Map<string, Deferred<Message>>()

  has(id: string): boolean {
    return this.#waiting.has(id)
  }

  /** One promise for everybody who waits for the same entry. */
  of(id: string): Promise<Message> {
    const known = this.#waiting.get(id) ?? createDeferred<Message>()
    this.#waiting.set(id, known)
    return known.promise
  }

  resolve(id: string, message: Message): void {
    this.#waiting.get(id)?.resolve(message)
    this.#waiting.delete(id)
  }

  reject(id: string, error: Error): void {
    this.#waiting.get(id)?.reject(error)
    this.#waiting.delete(id)
  }

  rejectAll(error: Error): void {
    for (const id of [...this.#waiting.keys()]) this.reject(id, error)
  }
}
