// Hands the server's events to whoever loops over them, each reader at its own pace, with a bound.
import type { ServerEvent } from '@parley/protocol'
import { createPromise, type Deferred } from './deferred.ts'
import { EventOverflowError } from './errors.ts'

/** Events that a reader may lag behind. */
export const bufferMax = 10_000

interface Reader {
  push(event: ServerEvent): void
  end(): void
}

type Waiter = Deferred<IteratorResult<ServerEvent, undefined>>

const done = { done: true, value: undefined } as const

export class EventHub {
  readonly #readers = new Set<Reader>()
  #isEnded = false

  push(event: ServerEvent): void {
    for (const reader of this.#readers) reader.push(event)
  }

  /** Every reader gets what it has not read yet, then the end. */
  end(): void {
    this.#isEnded = true
    for (const reader of this.#readers) reader.end()
    this.#readers.clear()
  }

  /** Every event from now on, once. A reader that lags too far behind gets an error after what it had. */
  read(): AsyncIterableIterator<ServerEvent, undefined> {
    let buffer: ServerEvent[] = []
    let at = 0
    let state: 'open' | 'ended' | 'overflown' = this.#isEnded ? 'ended' : 'open'
    const waiters: Waiter[] = []

    const reader: Reader = {
      push: (event) => {
        const waiter = waiters.shift()
        if (waiter !== undefined) waiter.resolve({ done: false, value: event })
        else if (buffer.length - at < bufferMax) buffer.push(event)
        else {
          state = 'overflown'
          this.#readers.delete(reader)
        }
      },
      end: () => {
        state = 'ended'
        for (const waiter of waiters.splice(0)) waiter.resolve(done)
      },
    }
    if (state === 'open') this.#readers.add(reader)

    const take = (): ServerEvent | undefined => {
      const event = buffer[at]
      if (event === undefined) return undefined
      at += 1
      if (at === buffer.length || at >= 1024) {
        buffer = buffer.slice(at)
        at = 0
      }
      return event
    }

    return {
      [Symbol.asyncIterator]() {
        return this
      },
      next: async () => {
        const event = take()
        if (event !== undefined) return { done: false, value: event }
        if (state === 'open') {
          const waiter: Waiter = createPromise()
          waiters.push(waiter)
          return waiter.promise
        }
        if (state === 'ended') return done
        state = 'ended'
        throw new EventOverflowError(`A reader lags more than ${bufferMax} events behind`)
      },
      return: async () => {
        this.#readers.delete(reader)
        buffer = []
        at = 0
        reader.end()
        return done
      },
    }
  }
}
