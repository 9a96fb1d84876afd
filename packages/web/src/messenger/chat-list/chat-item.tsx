// One chat in the list.
import type { ChatView } from '@parley/protocol'
import { BellOff, Pin } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { isMuted } from '../../chats/chat-facts.ts'
import { draftLine } from '../../chats/draft.ts'
import { useDraft } from '../../chats/drafts-context.tsx'
import { useChatTitle } from '../../chats/use-chat-title.ts'
import { useMe } from '../../client/client-context.tsx'
import { useDates, useNow } from '../../dates/use-dates.tsx'
import { PersonAvatar } from '../../people/person-avatar.tsx'
import { usePresence } from '../../people/use-presence.ts'
import { Isolated } from '../../ui/isolated.tsx'
import { DeliveryMark } from '../timeline/delivery-mark.tsx'
import { ChatPreviewLine } from './chat-preview-line.tsx'
import './chat-item.css'

interface ChatItemProps {
  chat: ChatView
  selected: boolean
}

export const ChatItem = memo(function ChatItem({ chat, selected }: ChatItemProps) {
  const { t } = useTranslation()
  const dates = useDates()
  const now = useNow()
  const me = useMe()
  const { title, saved, partnerId, avatarId } = useChatTitle(chat)
  const online = usePresence(partnerId)?.online === true
  const draft = draftLine(useDraft(chat.id))
  const muted = isMuted(chat, now)
  const last = chat.last_message
  const ownLast = last !== null && last.sender_id === me.id && last.deleted_at === null && !saved
  return (
    <Link
      href={`/messenger/${chat.id}`}
      className="chat-item"
      data-testid="chat-item"
      data-chat-id={chat.id}
      aria-current={selected ? 'page' : undefined}
      draggable={false}
    >
      <PersonAvatar id={avatarId} name={title} saved={saved} online={online} size={48} />
      <span className="chat-item-body">
        <span className="chat-item-line">
          <span className="chat-item-title">
            <Isolated>{title}</Isolated>
          </span>
          {online && <span className="visually-hidden">{t('chats.online')}</span>}
          {muted && (
            <span className="chat-item-muted" role="img" aria-label={t('chats.muted')}>
              <BellOff size={14} aria-hidden="true" />
            </span>
          )}
          <span className="chat-item-time">
            {ownLast && <DeliveryMark state={chat.fully_read_seq >= last.seq ? 'read' : 'sent'} />}
            {last !== null && dates.short(Date.parse(last.created_at), now)}
          </span>
        </span>
        <span className="chat-item-line">
          <ChatPreviewLine chat={chat} draft={draft} open={selected} />
          <ChatBadge chat={chat} muted={muted} />
        </span>
      </span>
    </Link>
  )
})

function ChatBadge({ chat, muted }: { chat: ChatView; muted: boolean }) {
  const { t } = useTranslation()
  const count = chat.unread_count
  if (count > 0)
    return (
      <span className={muted ? 'badge badge-quiet' : 'badge'}>
        <span aria-hidden="true">{count > 999 ? '999+' : count}</span>
        <span className="visually-hidden">{t('chats.unread', { count })}</span>
      </span>
    )
  if (!chat.pinned) return null
  return (
    <span className="chat-item-pin" role="img" aria-label={t('chats.pinned')}>
      <Pin size={14} aria-hidden="true" />
    </span>
  )
}
