// The one polite live region: what a screen reader should hear without being asked.
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'

const AnnounceContext = createContext<(text: string) => void>(() => undefined)

export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState<{ text: string; id: number }>({ text: '', id: 0 })
  const announce = useCallback((text: string) => setSaid((former) => ({ text, id: former.id + 1 })), [])
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="visually-hidden" role="status" aria-live="polite" data-testid="announcer">
        <span key={said.id}>{said.text}</span>
      </div>
    </AnnounceContext>
  )
}

/** Reads a text out when the screen reader has nothing else to say. */
export function useAnnounce(): (text: string) => void {
  return useContext(AnnounceContext)
}
