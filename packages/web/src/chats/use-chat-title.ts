// The title of a chat as one person sees it.
import type { Chat } from '@parley/protocol'
import { useTranslation } from 'react-i18next'
import { useMe, useUser } from '../client/client-context.tsx'
import { useNames } from '../people/use-names.ts'
import { directPartner } from './chat-facts.ts'

export interface ChatTitle {
  readonly title: string
  /** The chat with oneself. */
  readonly saved: boolean
  /** The other person of a direct chat. */
  readonly partnerId: string | undefined
  /** What the avatar's colour comes from: the person for a direct chat, else the chat. */
  readonly avatarId: string
}

export function useChatTitle(chat: Pick<Chat, 'id' | 'kind' | 'title' | 'direct_user_ids'>): ChatTitle {
  const { t } = useTranslation()
  const me = useMe()
  const partnerId = directPartner(chat, me.id)
  const partner = useUser(partnerId)
  const nameOf = useNames()
  if (partnerId === undefined)
    return { title: chat.title ?? t('chats.untitled'), saved: false, partnerId, avatarId: chat.id }
  if (partnerId === me.id)
    return { title: t('chats.saved'), saved: true, partnerId: undefined, avatarId: chat.id }
  return { title: nameOf(partner), saved: false, partnerId, avatarId: partnerId }
}
