// The line above the composer: which message is being answered or changed.
import { type LucideIcon, Pencil, Reply, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Answered, Draft } from '../../chats/draft.ts'
import { useMe, useUser } from '../../client/client-context.tsx'
import { useNames } from '../../people/use-names.ts'
import { IconButton } from '../../ui/button.tsx'
import { Isolated } from '../../ui/isolated.tsx'
import { oneLine } from '../chat-list/chat-preview.ts'

interface ComposerBarProps {
  draft: Pick<Draft, 'edit' | 'answered'>
  onCancel: () => void
}

export function ComposerBar({ draft, onCancel }: ComposerBarProps) {
  const { t } = useTranslation()
  if (draft.edit !== null)
    return <Bar icon={Pencil} title={t('composer.editing')} quote={draft.edit.original} onCancel={onCancel} />
  return draft.answered === null ? null : <AnswerBar answered={draft.answered} onCancel={onCancel} />
}

function AnswerBar({ answered, onCancel }: { answered: Answered; onCancel: () => void }) {
  const { t } = useTranslation()
  const me = useMe()
  const nameOf = useNames()
  const sender = useUser(answered.senderId)
  const name = answered.senderId === me.id ? t('chats.you') : nameOf(sender)
  return (
    <Bar icon={Reply} title={t('composer.replyingTo', { name })} quote={answered.line} onCancel={onCancel} />
  )
}

interface BarProps {
  icon: LucideIcon
  title: string
  quote: string
  onCancel: () => void
}

function Bar({ icon: Icon, title: words, quote, onCancel }: BarProps) {
  const { t } = useTranslation()
  return (
    <div className="composer-bar">
      <Icon size={18} aria-hidden="true" />
      <div className="composer-bar-text">
        <span className="composer-bar-title">{words}</span>
        <span className="composer-bar-quote">
          <Isolated>{oneLine(quote)}</Isolated>
        </span>
      </div>
      <IconButton icon={X} size={18} label={t('composer.cancel')} onClick={onCancel} />
    </div>
  )
}
