// Loads the members of the open group: of a small one for "3 online" in its header, of a large one when its details open.
import type { ChatView } from '@parley/protocol'
import { useEffect } from 'react'
import { useClient, useConnection } from '../client/client-context.tsx'

const loadedUnasked = 100

export function useLoadedMembers(chat: ChatView | undefined, detailsOpen: boolean): void {
  const client = useClient()
  const ready = useConnection().status === 'ready'
  const chatId = chat?.id
  const wanted =
    chat?.kind === 'group' && chat.role !== null && (detailsOpen || chat.member_count <= loadedUnasked)
  useEffect(() => {
    // Without the list the header shows the count alone, and the details panel has what is known.
    if (wanted && ready && chatId !== undefined)
      client.chats
        .handle(chatId)
        .loadMembers()
        .catch(() => undefined)
  }, [client, chatId, wanted, ready])
}
