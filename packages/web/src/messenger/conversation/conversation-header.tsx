// The top of a conversation: with whom, what they are doing, and the way to details and actions.
import type { ChatView } from '@parley/protocol'
import { ArrowLeft, EllipsisVertical, PanelRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { type ChatTitle, useChatTitle } from '../../chats/use-chat-title.ts'
import { useMe, useReplica } from '../../client/client-context.tsx'
import { PersonAvatar } from '../../people/person-avatar.tsx'
import { useConnected } from '../../people/use-presence.ts'
import { usePresenceText } from '../../people/use-presence-text.ts'
import { IconButton } from '../../ui/button.tsx'
import { Isolated } from '../../ui/isolated.tsx'
import { useOverlays } from '../overlays/overlays.ts'
import { useChatMenu } from '../use-chat-menu.ts'
import { useTypingText } from '../use-typing-text.ts'
import './conversation-header.css'

interface ConversationHeaderProps {
  chat: ChatView
  detailsOpen: boolean
  onDetails: () => void
}

export function ConversationHeader({ chat, detailsOpen, onDetails }: ConversationHeaderProps) {
  const { t } = useTranslation()
  const overlays = useOverlays()
  const menuOf = useChatMenu()
  const named = useChatTitle(chat)
  return (
    <header className="conversation-header">
      <h2 className="visually-hidden">
        <Isolated>{named.title}</Isolated>
      </h2>
      <Link href="/messenger" className="icon-button conversation-back" aria-label={t('chat.back')}>
        <ArrowLeft size={22} aria-hidden="true" />
      </Link>
      <button type="button" className="conversation-who" aria-expanded={detailsOpen} onClick={onDetails}>
        <PersonAvatar id={named.avatarId} name={named.title} saved={named.saved} size={40} />
        <span className="conversation-names">
          <span className="conversation-title">
            <Isolated>{named.title}</Isolated>
          </span>
          <Subtitle chat={chat} named={named} />
        </span>
      </button>
      {chat.role !== null && (
        <IconButton
          icon={EllipsisVertical}
          label={t('chats.menu', { title: named.title })}
          aria-haspopup="menu"
          onClick={(event) =>
            overlays.openMenu({
              label: t('chats.menu', { title: named.title }),
              anchor: event.currentTarget,
              entries: menuOf(chat),
            })
          }
        />
      )}
      <IconButton
        icon={PanelRight}
        label={t('chat.details')}
        aria-pressed={detailsOpen}
        className="conversation-details"
        onClick={onDetails}
      />
    </header>
  )
}

function Subtitle({ chat, named }: { chat: ChatView; named: ChatTitle }) {
  const { t } = useTranslation()
  const me = useMe()
  const typing = useTypingText(chat)
  const presence = usePresenceText(named.partnerId)
  const members = useReplica((replica) => replica.members(chat.id))
  const connected = useConnected()
  // The own presence is not watched: whoever sees this is here.
  const online = useReplica(
    (replica) =>
      members.filter(({ user_id }) => user_id === me.id || replica.presence(user_id)?.online).length,
  )
  if (typing !== null) return <span className="conversation-subtitle conversation-live">{typing}</span>
  if (named.saved) return <span className="conversation-subtitle">{t('chats.savedHint')}</span>
  if (chat.kind === 'direct')
    return (
      <span className={presence.online ? 'conversation-subtitle conversation-live' : 'conversation-subtitle'}>
        {presence.text}
      </span>
    )
  const count = t('chat.members', { count: chat.member_count })
  return (
    <span className="conversation-subtitle">
      {connected && online > 1 ? t('chat.membersOnline', { members: count, online }) : count}
    </span>
  )
}
