// Shares a scarce thing among those who ask for it: a few works at a time, the keys that wait in turn (round robin), so that
// whoever asks often waits behind himself and not before others.
import { AppError } from './errors.ts'

export interface FairQueue {
  /**
   * Runs the work when the turn of its key comes; settles as the work does. Works of one key begin in the order in which they came.
   * Throws `unavailable`, after which coming back can succeed, when there is no place to wait.
   */
  run<T>(key: string, work: () => Promise<T>): Promise<T>
}

export interface FairQueueOptions {
  /** Works that run at once. */
  readonly width: number
  /** Places of one key in line; one if it is not given. */
  readonly waitingPerKey?: number
  /** Places in line altogether, so that memory stays bounded. */
  readonly waiting: number
}

interface Waiter {
  readonly begin: () => void
  readonly refuse: (error: AppError) => void
}

/**
 * A key that waits is served once before any other is served twice. When all places are taken, a newcomer of a key with a shorter
 * line gets the place of the last in the longest one, who is refused: nobody can fill the line alone.
 */
export function createFairQueue({ width, waitingPerKey = 1, waiting }: FairQueueOptions): FairQueue {
  // In the order in which the keys have their turns; no line is empty.
  const lines = new Map<string, Waiter[]>()
  let free = width
  let inLine = 0

  /** Throws when there is no place for one more of that key. */
  const makePlace = (key: string): void => {
    const own = lines.get(key)?.length ?? 0
    if (own >= waitingPerKey) throw noPlace()
    if (inLine < waiting) return
    const longest = longestOf(lines)
    // Equal after the exchange at best: otherwise two keys would take the place from each other for ever.
    if (longest === null || longest.length <= own + 1) throw noPlace()
    inLine -= 1
    longest.pop()?.refuse(noPlace())
  }

  const wait = (key: string): Promise<void> => {
    makePlace(key)
    return new Promise<void>((begin, refuse) => {
      const line = lines.get(key) ?? []
      line.push({ begin, refuse })
      lines.set(key, line)
      inLine += 1
    })
  }

  /** Whoever's turn it is gets the place at once, so that a newcomer cannot slip in between. */
  const passOn = (): void => {
    for (const [key, line] of lines) {
      const next = line.shift()
      lines.delete(key)
      if (line.length > 0) lines.set(key, line)
      if (next === undefined) continue
      inLine -= 1
      next.begin()
      return
    }
    free += 1
  }

  return {
    async run(key, work) {
      if (free > 0) free -= 1
      else await wait(key)
      try {
        return await work()
      } finally {
        passOn()
      }
    },
  }
}

const noPlace = (): AppError => new AppError('unavailable', { retryAfter: 1 })

function longestOf(lines: ReadonlyMap<string, Waiter[]>): Waiter[] | null {
  let longest: Waiter[] | null = null
  for (const line of lines.values()) {
    if (line.length > (longest?.length ?? 0)) longest = line
  }
  return longest
}
