// Loads the members of the open group: of a small one for "3 online" in its header, of a large one when its details open.
import type { ChatView } from '@parley/protocol'
import { useCallback, useEffect, useState } from 'react'
import { useClient, useConnection } from '../client/client-context.tsx'

const loadedUnasked = 100

export interface LoadedMembers {
  /** Not all of them came: those that are shown are some of them. */
  readonly failed: boolean
  retry(): void
}

/** After a failure they are asked for again when the connection is back. */
export function useLoadedMembers(chat: ChatView | undefined, detailsOpen: boolean): LoadedMembers {
  const client = useClient()
  const ready = useConnection().status === 'ready'
  const [failed, setFailed] = useState(false)
  const chatId = chat?.id
  const wanted =
    chat?.kind === 'group' && chat.role !== null && (detailsOpen || chat.member_count <= loadedUnasked)
  const load = useCallback(() => {
    if (chatId === undefined) return
    client.chats
      .handle(chatId)
      .loadMembers()
      .then(
        () => setFailed(false),
        () => setFailed(true),
      )
  }, [client, chatId])
  useEffect(() => {
    if (wanted && ready) load()
  }, [wanted, ready, load])
  return { failed, retry: load }
}
