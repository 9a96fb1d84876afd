// Turns of the tabs that share a database, by Web Locks.
import { createPromise } from '../deferred.ts'
import { hostLocks } from '../host.ts'
import type { TakeTurn } from '../types.ts'

/** `name` is that of what they share. Without locks every tab has the turn at once. */
export const takeTurn =
  (name: string): TakeTurn =>
  (account, { steal, granted, lost }) => {
    const locks = hostLocks()
    if (locks === undefined) {
      queueMicrotask(granted)
      return () => undefined
    }
    const leave = new AbortController()
    const { promise: released, resolve: release } = createPromise<void>()
    let state: 'queued' | 'held' | 'over' = 'queued'
    const hold = () => {
      if (state === 'over') return Promise.resolve()
      state = 'held'
      // Apart from the lock, whose refusal below says something else than what this may throw.
      queueMicrotask(() => {
        if (state === 'held') granted()
      })
      return released
    }
    // A stolen turn cannot be waited for, so it takes no signal.
    const options = steal ? { steal } : { signal: leave.signal }
    locks.request(`${name} ${account}`, options, hold).catch((error: unknown) => {
      if (state === 'over') return
      const isStolen = state === 'held'
      state = 'over'
      if (isStolen) lost()
      else if (isRefused(error)) granted()
      else throw error
    })
    return () => {
      state = 'over'
      leave.abort()
      release()
    }
  }

/** The browser keeps locks from this page (`SecurityError`): then it is as if there were none. */
const isRefused = (error: unknown): boolean => error instanceof Error && error.name === 'SecurityError'
