// The right side: who or what the open chat is.
import type { ChatView } from '@parley/protocol'
import { X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useChatTitle } from '../../chats/use-chat-title.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Isolated } from '../../ui/isolated.tsx'
import { GroupDetails } from './group-details.tsx'
import { PersonCard } from './person-card.tsx'
import './details-panel.css'

interface DetailsPanelProps {
  chat: ChatView
  onClose: () => void
}

export default function DetailsPanel({ chat, onClose }: DetailsPanelProps) {
  const { t } = useTranslation()
  const { title, saved, partnerId } = useChatTitle(chat)
  const close = useRef<HTMLButtonElement>(null)
  // The panel covers the conversation on a narrow screen; wherever it stands, Escape closes it from inside.
  useEffect(() => close.current?.focus(), [])
  const heading = chat.kind === 'group' ? t('details.group') : t('details.person')
  return (
    <aside className="details" aria-label={t('details.title')}>
      <header className="details-header">
        <h2 className="details-title">{saved ? t('chats.saved') : heading}</h2>
        <IconButton ref={close} icon={X} label={t('details.close')} onClick={onClose} />
      </header>
      <div className="details-body">
        {chat.kind === 'group' && <GroupDetails chat={chat} />}
        {partnerId !== undefined && <PersonCard userId={partnerId} name={title} />}
        {saved && (
          <div className="person">
            <Avatar id={chat.id} name={title} saved size={88} />
            <p className="person-name">
              <Isolated>{title}</Isolated>
            </p>
            <p className="person-presence">{t('timeline.emptySaved')}</p>
          </div>
        )}
      </div>
    </aside>
  )
}
