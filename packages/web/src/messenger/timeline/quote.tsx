// The quoted message on top of a reply; a click leads to it.
import type { Message } from '@parley/protocol'
import { useTranslation } from 'react-i18next'
import { useMe, useUser } from '../../client/client-context.tsx'
import { messageLine } from '../../files/message-line.ts'
import { useNames } from '../../people/use-names.ts'
import { avatarColour } from '../../ui/initials.ts'
import { Isolated } from '../../ui/isolated.tsx'
import { oneLine } from '../chat-list/chat-preview.ts'
import { useQuoted } from './quotes.tsx'
import { useRowActions } from './row-actions.ts'
import './quote.css'

interface QuoteProps {
  messageId: string
  /** The reply; undefined while it is on its way. */
  from: Message | undefined
  focusable: boolean
}

export function Quote({ messageId, from, focusable }: QuoteProps) {
  const { t } = useTranslation()
  const me = useMe()
  const nameOf = useNames()
  const actions = useRowActions()
  const quoted = useQuoted(messageId)
  const message = quoted === 'missing' ? undefined : quoted
  const sender = useUser(message?.sender_id)
  const line = message === undefined ? null : messageLine(message)
  if (message === undefined)
    return (
      <span className="quote" data-colour="none">
        <span className="quote-text">{quoted === 'missing' ? t('timeline.quoteMissing') : '…'}</span>
      </span>
    )
  return (
    <button
      type="button"
      className="quote"
      data-colour={avatarColour(message.sender_id)}
      tabIndex={focusable ? 0 : -1}
      onClick={() => actions.openQuoted(message, from)}
    >
      <span className="quote-name">
        <Isolated>{message.sender_id === me.id ? t('chats.you') : nameOf(sender)}</Isolated>
      </span>
      <span className="quote-text">
        <Isolated>{line === null ? t('timeline.deleted') : oneLine(line)}</Isolated>
      </span>
    </button>
  )
}
