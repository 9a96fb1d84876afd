// People whom one has a direct chat with, the latest first: offered before anything is searched.
import type { User } from '@parley/protocol'
import { useMemo } from 'react'
import { directPartner } from '../chats/chat-facts.ts'
import { useClient, useMe, useReplica } from '../client/client-context.tsx'

const offered = 30

export function useKnownPeople(): readonly User[] {
  const { replica } = useClient()
  const me = useMe()
  const chats = useReplica((known) => known.chats())
  return useMemo(() => {
    const people: User[] = []
    for (const chat of chats) {
      const id = directPartner(chat, me.id)
      const user = id === undefined || id === me.id ? undefined : replica.user(id)
      if (user !== undefined && user.deleted_at === null) people.push(user)
    }
    return people.slice(0, offered)
  }, [chats, me.id, replica])
}
