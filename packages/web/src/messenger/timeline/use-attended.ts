// Whether somebody looks at the page: it is visible and has the focus.
import { useSyncExternalStore } from 'react'

export const isAttended = (): boolean => document.visibilityState === 'visible' && document.hasFocus()

function subscribe(listener: () => void): () => void {
  window.addEventListener('focus', listener)
  window.addEventListener('blur', listener)
  document.addEventListener('visibilitychange', listener)
  return () => {
    window.removeEventListener('focus', listener)
    window.removeEventListener('blur', listener)
    document.removeEventListener('visibilitychange', listener)
  }
}

export const useAttended = (): boolean => useSyncExternalStore(subscribe, isAttended)
