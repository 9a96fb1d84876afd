// The actions on a chat as a whole: for the context menu of the list and the menu of the conversation.
import type { ChatView, RouteBody } from '@parley/protocol'
import { Archive, ArchiveRestore, Bell, BellOff, CheckCheck, LogOut, Pin, PinOff } from 'lucide-react'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { isMuted, mutedForever } from '../chats/chat-facts.ts'
import { useClient } from '../client/client-context.tsx'
import { type MenuEntry, useAttempt, useOverlays } from './overlays/overlays.ts'

export function useChatMenu(): (chat: ChatView) => MenuEntry[] {
  const { t } = useTranslation()
  const client = useClient()
  const attempt = useAttempt()
  const leave = useLeave()
  return useCallback(
    (chat: ChatView) => {
      const prefer = (body: RouteBody<'updatePreferences'>) => () =>
        void attempt(client.call('updatePreferences', { params: { chat_id: chat.id }, body }))
      const muted = isMuted(chat, Date.now())
      const entries: MenuEntry[] = [
        chat.pinned
          ? { icon: PinOff, label: t('chatMenu.unpin'), onSelect: prefer({ pinned: false }) }
          : { icon: Pin, label: t('chatMenu.pin'), onSelect: prefer({ pinned: true }) },
        muted
          ? { icon: Bell, label: t('chatMenu.unmute'), onSelect: prefer({ muted_until: null }) }
          : { icon: BellOff, label: t('chatMenu.mute'), onSelect: prefer({ muted_until: mutedForever }) },
        chat.archived
          ? { icon: ArchiveRestore, label: t('chatMenu.unarchive'), onSelect: prefer({ archived: false }) }
          : { icon: Archive, label: t('chatMenu.archive'), onSelect: prefer({ archived: true }) },
      ]
      if (chat.unread_count > 0)
        entries.push({
          icon: CheckCheck,
          label: t('chatMenu.markRead'),
          onSelect: () => client.chats.handle(chat.id).markRead(chat.last_seq),
        })
      if (chat.kind === 'group' && chat.role !== null)
        entries.push({
          icon: LogOut,
          label: t('chatMenu.leave'),
          danger: true,
          onSelect: () => void leave(chat),
        })
      return entries
    },
    [t, client, attempt, leave],
  )
}

/** Asks, leaves, and closes the chat if it was open. */
export function useLeave(): (chat: ChatView) => Promise<void> {
  const { t } = useTranslation()
  const client = useClient()
  const { confirm } = useOverlays()
  const attempt = useAttempt()
  const [location, navigate] = useLocation()
  return useCallback(
    async (chat: ChatView) => {
      const agreed = await confirm({
        title: t('details.leaveTitle', { title: chat.title ?? t('chats.untitled') }),
        text: t('details.leaveText'),
        action: t('details.leave'),
      })
      if (!agreed) return
      const left = await attempt(client.chats.leave(chat.id))
      if (left && location.startsWith(`/messenger/${chat.id}`)) navigate('/messenger')
    },
    [t, client, confirm, attempt, location, navigate],
  )
}
