// Lets a few run at a time and keeps the others in line, so that a crowd does not take the whole database for itself.

export interface Gate {
  /** Runs the work when its turn comes; settles as the work does. */
  run<T>(work: () => Promise<T>): Promise<T>
}

export function createGate(width: number): Gate {
  const line: (() => void)[] = []
  let free = width
  return {
    async run(work) {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => line.push(resolve))
      try {
        return await work()
      } finally {
        const next = line.shift()
        if (next === undefined) free += 1
        else next()
      }
    },
  }
}
