// Who is typing in a chat, in words; null when nobody is.
import type { Chat } from '@parley/protocol'
import { useTranslation } from 'react-i18next'
import { useReplica } from '../client/client-context.tsx'
import { useNames } from '../people/use-names.ts'

export function useTypingText(chat: Pick<Chat, 'id' | 'kind'>): string | null {
  const { t } = useTranslation()
  const nameOf = useNames()
  const typing = useReplica((replica) => replica.typing(chat.id))
  const first = useReplica((replica) => (typing[0] === undefined ? undefined : replica.user(typing[0])))
  if (typing.length === 0) return null
  if (chat.kind === 'direct') return t('chat.typing')
  if (typing.length === 1) return t('chat.typingOne', { name: nameOf(first) })
  return t('chat.typingMany', { name: nameOf(first), count: typing.length - 1 })
}
