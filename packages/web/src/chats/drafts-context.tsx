// Shows drafts to components.
import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from 'react'
import { deviceStorage } from '../session/device-storage.ts'
import { Drafts } from './drafts.ts'

const DraftsContext = createContext<Drafts | null>(null)

export function DraftsProvider({ userId, children }: { userId: string; children: ReactNode }) {
  const drafts = useMemo(() => new Drafts(deviceStorage(), userId), [userId])
  return <DraftsContext value={drafts}>{children}</DraftsContext>
}

export function useDrafts(): Drafts {
  const drafts = useContext(DraftsContext)
  if (drafts === null) throw new Error('useDrafts needs a DraftsProvider above it')
  return drafts
}

export function useDraft(chatId: string): string {
  const drafts = useDrafts()
  return useSyncExternalStore(drafts.subscribe, () => drafts.get(chatId))
}
