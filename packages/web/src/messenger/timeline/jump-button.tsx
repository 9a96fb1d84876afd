// The button that brings a person back to where the conversation goes on.
import { ChevronDown, CornerDownLeft } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import './jump-button.css'

interface JumpButtonProps {
  shown: boolean
  unread: number
  /** It leads back to the reply whose quote was followed. */
  returns: boolean
  onClick: () => void
}

export function JumpButton({ shown, unread, returns, onClick }: JumpButtonProps) {
  const { t } = useTranslation()
  if (!shown) return null
  const toEnd = unread > 0 ? t('timeline.toEndUnread', { count: unread }) : t('timeline.toEnd')
  const label = returns ? t('timeline.backToReply') : toEnd
  const Icon = returns ? CornerDownLeft : ChevronDown
  return (
    <button type="button" className="jump" aria-label={label} title={label} onClick={onClick}>
      <Icon size={22} aria-hidden="true" />
      {unread > 0 && (
        <span className="badge jump-badge" aria-hidden="true">
          {unread > 999 ? '999+' : unread}
        </span>
      )}
    </button>
  )
}
