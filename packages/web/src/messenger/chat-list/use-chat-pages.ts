// The pages of the chat list beyond the first: asked for while the list on screen comes to an end.
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { useClient } from '../../client/client-context.tsx'
import { useConnected } from '../../people/use-presence.ts'

/** Pixels above the end of the list at which the next page is asked for. */
const loadAhead = 800

/** `all`: there are no more pages. */
export type ChatPages = 'all' | 'more' | 'failed'

/** `shown` is the number of chats of the list on screen, which may be few of those that are loaded. */
export function useChatPages(shown: number) {
  const client = useClient()
  const connected = useConnected()
  const list = useRef<VirtualizerHandle>(null)
  const loading = useRef(false)
  const [failed, setFailed] = useState(false)
  const [asked, setAsked] = useState(0)

  const load = useCallback(() => {
    if (loading.current || !client.chats.hasMore()) return
    loading.current = true
    setFailed(false)
    client.chats
      .loadMore()
      .catch(() => setFailed(true))
      .finally(() => {
        loading.current = false
        setAsked((former) => former + 1)
      })
  }, [client])

  const check = useCallback(() => {
    const handle = list.current
    const left = handle === null ? 0 : handle.scrollSize - handle.scrollOffset - handle.viewportSize
    if (left < loadAhead) load()
  }, [load])

  const onScroll = () => {
    if (!failed) check()
  }
  const checkUnlessFailed = useEffectEvent(onScroll)
  // Archiving makes the list shorter, and a page may have nothing for it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever changes the list may bring its end on screen
  useEffect(() => checkUnlessFailed(), [shown, asked])
  useEffect(() => {
    if (connected) check()
  }, [connected, check])

  const pages: ChatPages = failed ? 'failed' : client.chats.hasMore() ? 'more' : 'all'
  return { list, pages, onScroll, retry: load }
}
