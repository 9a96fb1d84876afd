// "online", "last seen 5 minutes ago" or "offline".
import { useTranslation } from 'react-i18next'
import { useReplica } from '../client/client-context.tsx'
import { useDates, useNow } from '../dates/use-dates.tsx'

export function usePresenceText(userId: string | undefined): { online: boolean; text: string } {
  const { t } = useTranslation()
  const dates = useDates()
  const now = useNow()
  const presence = useReplica((replica) => (userId === undefined ? undefined : replica.presence(userId)))
  if (presence?.online) return { online: true, text: t('chat.online') }
  const seen = presence?.lastSeenAt
  if (typeof seen !== 'string') return { online: false, text: t('chat.lastSeenUnknown') }
  return { online: false, text: t('chat.lastSeen', { when: dates.ago(Date.parse(seen), now) }) }
}
