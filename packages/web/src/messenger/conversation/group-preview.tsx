// What somebody outside sees of a public group, in place of its messages.
import type { ChatView } from '@parley/protocol'
import { useTranslation } from 'react-i18next'
import { Avatar } from '../../ui/avatar.tsx'
import { Isolated } from '../../ui/isolated.tsx'
import './open-chat.css'

export function GroupPreview({ chat }: { chat: ChatView }) {
  const { t } = useTranslation()
  const title = chat.title ?? t('chats.untitled')
  return (
    <div className="open-chat-note">
      <Avatar id={chat.id} name={title} size={88} />
      <p className="open-chat-title">
        <Isolated>{title}</Isolated>
      </p>
      <p>
        {chat.visibility === 'public' ? t('details.public') : t('details.private')} ·{' '}
        {t('chat.members', { count: chat.member_count })}
      </p>
      {chat.description !== '' && (
        <p className="open-chat-about">
          <Isolated>{chat.description}</Isolated>
        </p>
      )}
    </div>
  )
}
