// Loads pages of a chat's history into the replica. After a failure nothing is asked for until the connection is back or
// the person wants to try again: a timeline without a server must not keep asking.
import type { ChatHandle } from '@parley/client'
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { useConnection } from '../../client/client-context.tsx'
import type { Place } from './place.ts'

/** Stays the same for the life of a timeline. */
interface Pages {
  /** Makes the window contain the place. */
  load(place: Place): void
  loadBefore(): void
  loadAfter(): void
}

export interface History {
  readonly pages: Pages
  /** A page that was asked for did not come. */
  readonly failed: boolean
  /** The name of the request that began last, while it is under way. */
  readonly loading: string | null
  /** Asks again for what failed. */
  retry(): void
}

type Request = () => Promise<void>

export function useHistory(handle: ChatHandle): History {
  const { failed, loading, run, retry } = usePageRequests()
  const connection = useConnection()
  const retryNow = useEffectEvent(retry)
  useEffect(() => {
    if (connection.status === 'ready') retryNow()
  }, [connection.status])

  const pages = useMemo(
    (): Pages => ({
      load(place) {
        if (place.kind === 'end') run('latest', () => handle.loadLatest())
        else run(`around ${place.seq}`, () => handle.loadAround(place.seq))
      },
      loadBefore: () => run('before', () => handle.loadBefore()),
      loadAfter: () => run('after', () => handle.loadAfter()),
    }),
    [run, handle],
  )
  return { pages, failed, loading, retry }
}

/** Requests by name: the same one is never under way twice, and a failed one blocks the others until it is repeated. */
function usePageRequests() {
  const [failed, setFailed] = useState(false)
  const [loading, setLoading] = useState<string | null>(null)
  const underWay = useRef(new Set<string>())
  const refused = useRef<{ name: string; request: Request } | null>(null)

  const run = useCallback((name: string, request: Request) => {
    if (underWay.current.has(name) || refused.current !== null) return
    underWay.current.add(name)
    setLoading(name)
    request()
      .then(
        () => setFailed(false),
        () => {
          refused.current = { name, request }
          setFailed(true)
        },
      )
      .finally(() => {
        underWay.current.delete(name)
        setLoading(null)
      })
  }, [])

  const retry = useCallback(() => {
    if (refused.current === null) return
    const { name, request } = refused.current
    refused.current = null
    run(name, request)
  }, [run])

  return { failed, loading, run, retry }
}
