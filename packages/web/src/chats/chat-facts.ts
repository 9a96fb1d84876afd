// What follows from a chat for one person: who it is with, whether it is muted, whether one may write in it.
import type { Chat, ChatView, Role } from '@parley/protocol'

/** The other person of a direct chat; one's own id for saved messages; undefined for a group. */
export function directPartner(
  chat: Pick<Chat, 'kind' | 'direct_user_ids'>,
  meId: string,
): string | undefined {
  if (chat.kind !== 'direct') return undefined
  return chat.direct_user_ids?.find((id) => id !== meId) ?? meId
}

export function isMuted(chat: Pick<ChatView, 'muted_until'>, now: number): boolean {
  return chat.muted_until !== null && Date.parse(chat.muted_until) > now
}

/** Until when "muted for good" is: the last year that a protocol time can name. */
export const mutedForever = '9999-12-31T23:59:59.999Z'

export const isAdmin = (role: Role | null): boolean => role === 'owner' || role === 'admin'

/** A group in which only admins post. */
export const isChannel = (chat: Pick<Chat, 'kind' | 'posting'>): boolean =>
  chat.kind === 'group' && chat.posting === 'admins'

export type Posting = 'allowed' | 'restricted' | 'not-member'

/** Whether a person may write here; the server decides, this only spares the attempt. */
export function postingFor(chat: Pick<ChatView, 'kind' | 'posting' | 'role'>): Posting {
  if (chat.role === null) return 'not-member'
  return chat.posting === 'admins' && !isAdmin(chat.role) ? 'restricted' : 'allowed'
}
