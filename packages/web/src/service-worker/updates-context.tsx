// Shows newer versions of the app to components.
import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react'
import type { AppUpdates, Update } from './app-updates.ts'

const UpdatesContext = createContext<AppUpdates | null>(null)

export function UpdatesProvider({ updates, children }: { updates: AppUpdates; children: ReactNode }) {
  return <UpdatesContext value={updates}>{children}</UpdatesContext>
}

export function useUpdates(): AppUpdates {
  const updates = useContext(UpdatesContext)
  if (updates === null) throw new Error('useUpdates needs an UpdatesProvider above it')
  return updates
}

export function useUpdate(): Update {
  const updates = useUpdates()
  return useSyncExternalStore(updates.subscribe, updates.state)
}
