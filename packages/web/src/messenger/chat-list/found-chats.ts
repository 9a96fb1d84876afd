// The own chats that a search finds: those at hand by how well they fit, then those that only the server knows. Pure.
import type { ChatView } from '@parley/protocol'
import { matchRank } from './match-rank.ts'

const shownChats = 20

/** `namesOf` gives what a chat is called: its title, and the username of the other in a direct chat. */
export function foundChats(
  query: string,
  atHand: readonly ChatView[],
  fromServer: readonly ChatView[],
  namesOf: (chat: ChatView) => readonly string[],
): ChatView[] {
  const ranked = atHand
    .map((chat) => ({ chat, rank: matchRank(query, namesOf(chat)) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ chat }) => chat)
  const known = new Set(ranked.map((chat) => chat.id))
  return [...ranked, ...fromServer.filter((chat) => !known.has(chat.id))].slice(0, shownChats)
}
