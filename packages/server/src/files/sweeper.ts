// Has unused files looked for now and then, for as long as the server runs.
import type { Log } from '../core/ports.ts'

export interface SweeperOptions {
  /** Stops early when the signal says so. */
  readonly sweep: (signal: AbortSignal) => Promise<object>
  readonly log: Log
  /** Milliseconds from the start to the first time, and from one time to the next. */
  readonly first: number
  readonly every: number
}

export interface Sweeper {
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>
}

/** A sweep that fails is logged, and the next one comes all the same. */
export function startSweeper({ sweep, log, first, every }: SweeperOptions): Sweeper {
  const ending = new AbortController()
  let running: Promise<void> = Promise.resolve()
  let timer = setTimeout(run, first).unref()

  function run(): void {
    running = sweep(ending.signal)
      .then((report) => log.debug(report, 'looked for unused files'))
      .catch((error: unknown) => log.warn({ err: error }, 'unused files could not be looked for'))
      .then(() => {
        if (!ending.signal.aborted) timer = setTimeout(run, every).unref()
      })
  }

  return {
    async stop() {
      ending.abort()
      clearTimeout(timer)
      await running
    },
  }
}
