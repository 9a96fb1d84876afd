// Loads pages of a chat's history into the replica, and tells when that failed.
import type { ChatHandle } from '@parley/client'
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react'
import { useConnection } from '../../client/client-context.tsx'
import type { Place } from './place.ts'

export interface History {
  /** A page that was asked for did not come. */
  readonly failed: boolean
  readonly loadingBefore: boolean
  /** Makes the window contain the place. */
  load(place: Place): void
  loadBefore(): void
  loadAfter(): void
  /** Asks again for what failed. */
  retry(): void
}

export function useHistory(handle: ChatHandle): History {
  const [failed, setFailed] = useState<(() => Promise<void>) | null>(null)
  const [loadingBefore, setLoadingBefore] = useState(false)
  const underWay = useRef(new Set<string>())

  const run = useCallback(async (name: string, request: () => Promise<void>) => {
    if (underWay.current.has(name)) return
    underWay.current.add(name)
    try {
      await request()
      setFailed(null)
    } catch {
      setFailed(() => request)
    } finally {
      underWay.current.delete(name)
    }
  }, [])

  const load = useCallback(
    (place: Place) => {
      if (place.kind === 'end') void run('latest', () => handle.loadLatest())
      else void run(`around ${place.seq}`, () => handle.loadAround(place.seq))
    },
    [handle, run],
  )
  const loadBefore = useCallback(() => {
    if (underWay.current.has('before')) return
    setLoadingBefore(true)
    void run('before', () => handle.loadBefore()).finally(() => setLoadingBefore(false))
  }, [handle, run])
  const loadAfter = useCallback(() => void run('after', () => handle.loadAfter()), [handle, run])
  const retry = useCallback(() => {
    if (failed !== null) void run('retry', failed)
  }, [failed, run])

  const connection = useConnection()
  const retryNow = useEffectEvent(retry)
  useEffect(() => {
    if (connection.status === 'ready') retryNow()
  }, [connection.status])

  return { failed: failed !== null, loadingBefore, load, loadBefore, loadAfter, retry }
}
