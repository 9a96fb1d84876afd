// Asks the server shortly after a person stopped typing; only the newest question's answer counts.
import { codePointLength } from '@parley/protocol'
import { useCallback, useEffect, useEffectEvent, useState } from 'react'
import { useConnection } from './client-context.tsx'

const pauseMs = 220

export interface Search<T> {
  /** Of the last finished search, while the next one is under way. */
  readonly found: readonly T[]
  readonly busy: boolean
  /** The search did not come to an answer, so what was found says nothing about what there is. */
  readonly failed: boolean
  retry(): void
}

interface Outcome<T> {
  readonly query: string
  readonly found: readonly T[]
  readonly failed: boolean
}

/** What is empty, or longer than `longest` code points, finds nothing and asks nobody. A search that failed is asked again when the connection is back. */
export function useSearchAsYouType<T>(
  query: string,
  longest: number,
  ask: (query: string) => Promise<readonly T[]>,
): Search<T> {
  const [outcome, setOutcome] = useState<Outcome<T>>({ query: '', found: [], failed: false })
  const [attempt, setAttempt] = useState(0)
  const connection = useConnection()
  const askLatest = useEffectEvent(ask)
  const retry = useCallback(() => {
    setOutcome({ query: '', found: [], failed: false })
    setAttempt((former) => former + 1)
  }, [])
  const retryIfFailed = useEffectEvent(() => {
    if (outcome.failed) retry()
  })
  useEffect(() => {
    if (connection.status === 'ready') retryIfFailed()
  }, [connection.status])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another question
  useEffect(() => {
    if (query === '' || codePointLength(query) > longest) {
      setOutcome({ query, found: [], failed: false })
      return
    }
    let current = true
    const settle = (found: readonly T[], failed: boolean) => {
      if (current) setOutcome({ query, found, failed })
    }
    const timer = setTimeout(() => {
      askLatest(query).then(
        (found) => settle(found, false),
        () => settle([], true),
      )
    }, pauseMs)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [query, longest, attempt])
  const busy = outcome.query !== query
  return { found: outcome.found, busy, failed: outcome.failed && !busy, retry }
}
