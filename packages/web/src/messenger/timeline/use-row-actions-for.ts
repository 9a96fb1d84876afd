// Joins what rows ask for with the chat they are in. The object never changes, so that rows render only for their own sake.
import type { ChatHandle } from '@parley/client'
import type { ChatView, Message } from '@parley/protocol'
import { useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAttempt, useOverlays } from '../overlays/overlays.ts'
import type { RowActions } from './row-actions.ts'
import { useMessageMenu } from './use-message-menu.ts'

interface RowActionsOptions {
  chat: ChatView
  handle: ChatHandle
  onReply: (message: Message) => void
  onEdit: (message: Message, typed?: string) => void
  toQuoted: (quoted: Message, from: Message | undefined) => void
}

export function useRowActionsFor({ chat, handle, onReply, onEdit, toQuoted }: RowActionsOptions): RowActions {
  const { t } = useTranslation()
  const overlays = useOverlays()
  const attempt = useAttempt()
  const entriesOf = useMessageMenu({ chat, onReply, onEdit })
  const current: RowActions = {
    reply: onReply,
    openMenu(item, anchor) {
      const entries = entriesOf(item)
      if (entries.length > 0) overlays.openMenu({ label: t('message.actions'), anchor, entries })
      return entries.length > 0
    },
    openQuoted: toQuoted,
    openProfile: overlays.showProfile,
    // A send that fails again shows as failed again; there is nothing more to say.
    retry: (id) => void handle.retry(id).catch(() => undefined),
    discard: (id) => void attempt(handle.discard(id)),
    continueEdit(message, edit) {
      onEdit(message, edit.text)
      void attempt(handle.discard(edit.id))
    },
  }
  const latest = useRef(current)
  useLayoutEffect(() => {
    latest.current = current
  })
  const [actions] = useState(
    (): RowActions => ({
      reply: (message) => latest.current.reply(message),
      openMenu: (item, anchor) => latest.current.openMenu(item, anchor),
      openQuoted: (quoted, from) => latest.current.openQuoted(quoted, from),
      openProfile: (userId) => latest.current.openProfile(userId),
      retry: (id) => latest.current.retry(id),
      discard: (id) => latest.current.discard(id),
      continueEdit: (message, edit) => latest.current.continueEdit(message, edit),
    }),
  )
  return actions
}
