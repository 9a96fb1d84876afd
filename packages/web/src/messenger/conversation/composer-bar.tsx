// The line above the composer: which message is being answered or changed.
import { Pencil, Reply, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useMe, useUser } from '../../client/client-context.tsx'
import { messageLine } from '../../files/message-line.ts'
import { useNames } from '../../people/use-names.ts'
import { IconButton } from '../../ui/button.tsx'
import { Isolated } from '../../ui/isolated.tsx'
import { oneLine } from '../chat-list/chat-preview.ts'
import type { ComposerMode } from './composer-mode.ts'

interface ComposerBarProps {
  mode: Exclude<ComposerMode, { kind: 'new' }>
  onCancel: () => void
}

export function ComposerBar({ mode, onCancel }: ComposerBarProps) {
  const { t } = useTranslation()
  const me = useMe()
  const nameOf = useNames()
  const sender = useUser(mode.message.sender_id)
  const name = mode.message.sender_id === me.id ? t('chats.you') : nameOf(sender)
  const Icon = mode.kind === 'edit' ? Pencil : Reply
  return (
    <div className="composer-bar">
      <Icon size={18} aria-hidden="true" />
      <div className="composer-bar-text">
        <span className="composer-bar-title">
          {mode.kind === 'edit' ? t('composer.editing') : t('composer.replyingTo', { name })}
        </span>
        <span className="composer-bar-quote">
          <Isolated>{oneLine(messageLine(mode.message) ?? '')}</Isolated>
        </span>
      </div>
      <IconButton icon={X} size={18} label={t('composer.cancel')} onClick={onCancel} />
    </div>
  )
}
