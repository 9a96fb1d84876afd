// The second line of a chat in the list, in words.
import type { ChatView } from '@parley/protocol'
import { useTranslation } from 'react-i18next'
import { useMe, useReplica } from '../../client/client-context.tsx'
import { useNames } from '../../people/use-names.ts'
import { Isolated } from '../../ui/isolated.tsx'
import { useTypingText } from '../use-typing-text.ts'
import { chatPreview } from './chat-preview.ts'

interface ChatPreviewLineProps {
  chat: ChatView
  draft: string
  open: boolean
}

export function ChatPreviewLine({ chat, draft, open }: ChatPreviewLineProps) {
  const { t } = useTranslation()
  const me = useMe()
  const nameOf = useNames()
  const typing = useReplica((replica) => replica.typing(chat.id))
  const typingText = useTypingText(chat)
  const preview = chatPreview(chat, { meId: me.id, typing, draft, open })
  const senderId = preview.kind === 'message' ? preview.senderId : null
  const sender = useReplica((replica) => (senderId === null ? undefined : replica.user(senderId)))
  switch (preview.kind) {
    case 'typing':
      return <span className="chat-item-preview chat-item-typing">{typingText}</span>
    case 'draft':
      return (
        <span className="chat-item-preview">
          <span className="chat-item-draft">{t('chats.draft')}: </span>
          <Isolated>{preview.text}</Isolated>
        </span>
      )
    case 'deleted':
      return <span className="chat-item-preview chat-item-faint">{t('chats.deletedMessage')}</span>
    case 'empty':
      return <span className="chat-item-preview chat-item-faint">{t('chats.noMessages')}</span>
    case 'message':
      return (
        <span className="chat-item-preview">
          {senderId !== null && (
            <span className="chat-item-sender">
              <Isolated>{senderId === me.id ? t('chats.you') : nameOf(sender)}</Isolated>:{' '}
            </span>
          )}
          <Isolated>{preview.text}</Isolated>
        </span>
      )
  }
}
