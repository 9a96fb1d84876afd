// Shows drafts to components, and hears what other tabs do to them.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from 'react'
import { useClient } from '../client/client-context.tsx'
import { deviceStorage } from '../session/device-storage.ts'
import type { Draft } from './draft.ts'
import { DraftFiles } from './draft-files.ts'
import { DraftSender } from './draft-sender.ts'
import { Drafts } from './drafts.ts'
import { Handover } from './handover.ts'

interface DraftParts {
  readonly drafts: Drafts
  readonly files: DraftFiles
  readonly handover: Handover
  readonly sender: DraftSender
}

const DraftsContext = createContext<DraftParts | null>(null)

export function DraftsProvider({ userId, children }: { userId: string; children: ReactNode }) {
  const client = useClient()
  const parts = useMemo((): DraftParts => {
    const drafts = new Drafts(deviceStorage(), userId)
    const files = new DraftFiles(userId)
    const handover = new Handover({ drafts, files, client })
    return { drafts, files, handover, sender: new DraftSender({ drafts, files, client, handover }) }
  }, [client, userId])
  useEffect(() => {
    const { drafts, files, handover } = parts
    const onStorage = (event: StorageEvent) => drafts.onStored(event.key)
    const onReturn = () => {
      if (document.visibilityState === 'visible') drafts.refresh()
    }
    drafts.open()
    void handover.recover().then(() => files.sweep((chatId) => drafts.filesOf(chatId)))
    window.addEventListener('storage', onStorage)
    window.addEventListener('pageshow', onReturn)
    document.addEventListener('visibilitychange', onReturn)
    return () => {
      drafts.close()
      window.removeEventListener('storage', onStorage)
      window.removeEventListener('pageshow', onReturn)
      document.removeEventListener('visibilitychange', onReturn)
    }
  }, [parts])
  return <DraftsContext value={parts}>{children}</DraftsContext>
}

function useParts(): DraftParts {
  const parts = useContext(DraftsContext)
  if (parts === null) throw new Error('useDrafts needs a DraftsProvider above it')
  return parts
}

export const useDrafts = (): Drafts => useParts().drafts
export const useDraftSender = (): DraftSender => useParts().sender

export function useDraft(chatId: string): Draft {
  const { drafts } = useParts()
  return useSyncExternalStore(drafts.subscribe, () => drafts.get(chatId))
}
