// Things that are due at fixed times, whatever became of the earlier ones.
import type { MicrosClock } from '../load/clock.ts'

export interface Schedule {
  stop(): void
}

/** Calls `act` with the time in microseconds at which each was due. */
export function startSchedule(perSecond: number, clock: MicrosClock, act: (due: number) => void): Schedule {
  const interval = 1_000_000 / perSecond
  let next = clock() + interval
  let timer: NodeJS.Timeout | undefined
  const tick = (): void => {
    for (; next <= clock(); next += interval) act(Math.floor(next))
    timer = setTimeout(tick, 1)
  }
  tick()
  return { stop: () => clearTimeout(timer) }
}
