// The actions on one message: for its menu and for the keyboard.
import type { TimelineItem } from '@parley/client'
import type { ChatView, Message } from '@parley/protocol'
import { Copy, Link2, Pencil, Reply, RotateCcw, Trash2, X } from 'lucide-react'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { isAdmin, postingFor } from '../../chats/chat-facts.ts'
import { useClient, useMe } from '../../client/client-context.tsx'
import { type MenuEntry, useAttempt, useOverlays } from '../overlays/overlays.ts'

interface MessageMenuOptions {
  chat: ChatView
  onReply: (message: Message) => void
  onEdit: (message: Message, typed?: string) => void
}

export function useMessageMenu({
  chat,
  onReply,
  onEdit,
}: MessageMenuOptions): (item: TimelineItem) => MenuEntry[] {
  const { t } = useTranslation()
  const me = useMe()
  const client = useClient()
  const attempt = useAttempt()
  const { confirm, notify } = useOverlays()

  const copy = useCallback(
    async (text: string) => {
      await navigator.clipboard.writeText(text)
      notify(t('message.copied'))
    },
    [notify, t],
  )
  const remove = useCallback(
    async (messageId: string) => {
      const question = {
        title: t('message.deleteTitle'),
        text: t('message.deleteText'),
        action: t('message.delete'),
      }
      if (await confirm(question)) void attempt(client.chats.handle(chat.id).delete(messageId))
    },
    [t, confirm, attempt, client, chat.id],
  )

  return useCallback(
    (item: TimelineItem): MenuEntry[] => {
      if (item.state !== 'sent') {
        const { id, text } = item.entry
        const handle = client.chats.handle(chat.id)
        const copying = { icon: Copy, label: t('message.copy'), onSelect: () => void attempt(copy(text)) }
        const entries: MenuEntry[] = [
          ...(text === '' ? [] : [copying]),
          {
            icon: X,
            label: t('message.discard'),
            danger: true,
            onSelect: () => void attempt(handle.discard(id)),
          },
        ]
        if (item.state === 'failed' || item.entry.delay)
          entries.unshift({
            icon: RotateCcw,
            label: item.state === 'failed' ? t('message.retry') : t('message.retryNow'),
            onSelect: () => void handle.retry(id).catch(() => undefined),
          })
        return entries
      }
      const { message } = item
      const { text } = message
      if (text === null) return []
      const mayPost = postingFor(chat) === 'allowed'
      const own = message.sender_id === me.id
      const link = new URL(`/messenger/${chat.id}/${message.seq}`, location.href).href
      const entries: MenuEntry[] = []
      if (mayPost)
        entries.push({
          icon: Reply,
          label: t('message.reply'),
          takesFocus: true,
          onSelect: () => onReply(message),
        })
      if (own && chat.role !== null)
        entries.push({
          icon: Pencil,
          label: t('message.edit'),
          takesFocus: true,
          onSelect: () => onEdit(message),
        })
      if (text !== '')
        entries.push({ icon: Copy, label: t('message.copy'), onSelect: () => void attempt(copy(text)) })
      entries.push({ icon: Link2, label: t('message.copyLink'), onSelect: () => void attempt(copy(link)) })
      if (chat.role !== null && (own || (chat.kind === 'group' && isAdmin(chat.role))))
        entries.push({
          icon: Trash2,
          label: t('message.delete'),
          danger: true,
          onSelect: () => void remove(message.id),
        })
      return entries
    },
    [t, chat, me.id, client, attempt, copy, remove, onReply, onEdit],
  )
}
