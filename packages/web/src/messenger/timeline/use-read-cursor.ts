// Moves the own read cursor: only over messages that were on screen while the page had the focus.
import type { ChatHandle } from '@parley/client'
import type { ChatView } from '@parley/protocol'
import { useCallback, useEffect, useEffectEvent, useRef } from 'react'
import { isAttended } from './use-attended.ts'

/**
 * `lowestVisible` gives the seq of the lowest message on screen. The function returned is to be called whenever what is
 * on screen may have changed.
 */
export function useReadCursor(chat: ChatView, handle: ChatHandle, lowestVisible: () => number): () => void {
  const marked = useRef(0)
  const frame = useRef(0)

  const report = useEffectEvent(() => {
    if (!isAttended() || chat.role === null) return
    const seq = lowestVisible()
    if (seq <= Math.max(marked.current, chat.read_seq)) return
    marked.current = seq
    handle.markRead(seq)
  })

  // Rows are measured after they are rendered, so the question waits for the next frame.
  const reportSoon = useCallback(() => {
    cancelAnimationFrame(frame.current)
    frame.current = requestAnimationFrame(() => report())
  }, [])

  useEffect(() => {
    window.addEventListener('focus', reportSoon)
    document.addEventListener('visibilitychange', reportSoon)
    return () => {
      cancelAnimationFrame(frame.current)
      window.removeEventListener('focus', reportSoon)
      document.removeEventListener('visibilitychange', reportSoon)
    }
  }, [reportSoon])

  return reportSoon
}
