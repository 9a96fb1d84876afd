// Asks the server shortly after a person stopped typing; only the newest question's answer counts.
import { useEffect, useEffectEvent, useState } from 'react'

const pauseMs = 220

export interface Search<T> {
  /** Of the last finished search, while the next one is under way. */
  readonly found: readonly T[]
  readonly busy: boolean
}

interface Outcome<T> {
  readonly query: string
  readonly found: readonly T[]
}

/** An empty query finds nothing and asks nobody. A search that failed finds nothing. */
export function useSearchAsYouType<T>(
  query: string,
  ask: (query: string) => Promise<readonly T[]>,
): Search<T> {
  const [outcome, setOutcome] = useState<Outcome<T>>({ query: '', found: [] })
  const askLatest = useEffectEvent(ask)
  useEffect(() => {
    if (query === '') {
      setOutcome({ query, found: [] })
      return
    }
    let current = true
    const timer = setTimeout(async () => {
      const found = await askLatest(query).catch(() => [])
      if (current) setOutcome({ query, found })
    }, pauseMs)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [query])
  return { found: outcome.found, busy: outcome.query !== query }
}
