// Waiting for a condition, with a bound.
export type { Timeline } from '@parley/client'

/** Resolves when `condition` holds; rejects after `limitMs` with what was awaited and what was seen last. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 15_000,
  seen: () => unknown = () => undefined,
): Promise<void> {
  const deadline = performance.now() + limitMs
  while (!(await condition())) {
    if (performance.now() > deadline) {
      throw new Error(`waited ${limitMs} ms for: ${what}; saw ${JSON.stringify(seen())}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
