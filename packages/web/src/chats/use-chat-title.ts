// The title of a chat as one person sees it.
import type { Chat, User } from '@parley/protocol'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient, useMe, useUser } from '../client/client-context.tsx'
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

type Titled = Pick<Chat, 'id' | 'kind' | 'title' | 'direct_user_ids'>

function useTitles(): (chat: Titled, partner: User | undefined) => ChatTitle {
  const { t } = useTranslation()
  const me = useMe()
  const nameOf = useNames()
  return useCallback(
    (chat, partner) => {
      const partnerId = directPartner(chat, me.id)
      if (partnerId === undefined)
        return { title: chat.title ?? t('chats.untitled'), saved: false, partnerId, avatarId: chat.id }
      if (partnerId === me.id)
        return { title: t('chats.saved'), saved: true, partnerId: undefined, avatarId: chat.id }
      return { title: nameOf(partner), saved: false, partnerId, avatarId: partnerId }
    },
    [t, me.id, nameOf],
  )
}

export function useChatTitle(chat: Titled): ChatTitle {
  const me = useMe()
  return useTitles()(chat, useUser(directPartner(chat, me.id)))
}

/** For titles that are looked up when something happens, and not shown all the time. */
export function useTitleOf(): (chat: Titled) => string {
  const { replica } = useClient()
  const me = useMe()
  const titles = useTitles()
  return useCallback(
    (chat) => {
      const partnerId = directPartner(chat, me.id)
      return titles(chat, partnerId === undefined ? undefined : replica.user(partnerId)).title
    },
    [replica, me.id, titles],
  )
}
