// Keeps a PostgreSQL running: one that ends by itself is started again, with growing pauses while that fails.
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from './log.ts'
import type { Postmaster } from './postmaster.ts'
import { shortenServerLog } from './server-log.ts'

const firstPause = 100
const longestPause = 10_000
/**
 * One that lived this long counts as healthy, and its end as a new trouble: to start it again this often costs next to
 * nothing, and every pause is an outage.
 */
const healthyAfter = 10_000
const logCheckEvery = 60 * 60_000

export type Supervision = {
  /** Of the current process, or of the last one while a new one is being started. */
  pid(): number
  /** Resolves when the signal was aborted and no process is left. Never rejects. */
  finished: Promise<void>
}

/** `launch` must observe the same signal. */
export function supervise(
  first: Postmaster,
  launch: () => Promise<Postmaster>,
  logFile: string,
  log: Log,
  signal: AbortSignal,
): Supervision {
  let current = first
  const logCheck = setInterval(() => shortenServerLog(logFile), logCheckEvery)
  logCheck.unref()
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

  const run = async () => {
    let pause = 0
    while (!signal.aborted) {
      const since = performance.now()
      const ending = await Promise.race([current.exited, aborted])
      if (ending === undefined) break
      log('error', `PostgreSQL ended unexpectedly (${ending}) and is started again`, { pid: current.pid })
      if (performance.now() - since > healthyAfter) pause = 0
      const next = await relaunch()
      if (next === undefined) return
      current = next
    }
    await current.shutDown()

    async function relaunch(): Promise<Postmaster | undefined> {
      for (;;) {
        try {
          await delay(pause, undefined, { signal })
          pause = Math.min(Math.max(pause * 2, firstPause), longestPause)
          return await launch()
        } catch (error) {
          if (signal.aborted) return undefined
          log('error', 'PostgreSQL could not be started again', { error: String(error), retryIn: pause })
        }
      }
    }
  }
  const finished = run().finally(() => clearInterval(logCheck))
  return { pid: () => current.pid, finished }
}
