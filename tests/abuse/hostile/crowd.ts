// What every hostile sort works with, and how it keeps on.
import { setTimeout as pause } from 'node:timers/promises'
import type { Account, Visitor } from '../visitor.ts'

export interface Stage {
  readonly visitor: Visitor
  readonly account: Account
  /** A group of the account alone. */
  readonly chatId: string
  /** The login name of the innocent person beside. */
  readonly innocent: string
  readonly signal: AbortSignal
}

/** Resolves when the stage is over, and does not reject. */
export type Sort = (stage: Stage) => Promise<void>

/** So many at once, again and again, whatever comes of it. */
export async function crowd(count: number, signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  const keepOn = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await work()
      } catch {
        // Refused or cut off: at once again, as the hostile do, but for what keeps a machine from doing nothing else.
        await pause(5)
      }
    }
  }
  await Promise.race([
    Promise.all(Array.from({ length: count }, keepOn)),
    new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
  ])
}

/** Some number that was not there before. */
export function counter(): () => number {
  let last = 0
  return () => {
    last += 1
    return last
  }
}
