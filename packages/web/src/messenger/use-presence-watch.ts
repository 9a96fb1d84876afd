// Tells the server whose presence is on screen: people of direct chats, and members of the open group.
import { limits } from '@parley/protocol'
import { useEffect, useMemo } from 'react'
import { directPartner } from '../chats/chat-facts.ts'
import { useClient, useMe, useReplica } from '../client/client-context.tsx'

export function usePresenceWatch(openChatId: string | undefined): void {
  const client = useClient()
  const me = useMe()
  const chats = useReplica((replica) => replica.chats())
  const members = useReplica((replica) => (openChatId === undefined ? null : replica.members(openChatId)))
  // A text, so that the effect runs when the people change and not on every message.
  const watched = useMemo(() => {
    const people = new Set<string>()
    for (const member of members ?? []) people.add(member.user_id)
    for (const chat of chats) people.add(directPartner(chat, me.id) ?? me.id)
    people.delete(me.id)
    return [...people].slice(0, limits.watchedUsers).sort().join(',')
  }, [chats, members, me.id])
  useEffect(() => client.watchPresence(watched === '' ? [] : watched.split(',')), [client, watched])
}
