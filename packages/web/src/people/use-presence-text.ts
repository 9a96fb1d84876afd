// "online", "last seen 5 minutes ago" or "offline"; nothing while it is not known.
import { useTranslation } from 'react-i18next'
import { useDates, useNow } from '../dates/use-dates.tsx'
import { useConnected, usePresence } from './use-presence.ts'

export function usePresenceText(userId: string | undefined): { online: boolean; text: string } {
  const { t } = useTranslation()
  const dates = useDates()
  const now = useNow()
  const connected = useConnected()
  const presence = usePresence(userId)
  if (!connected) return { online: false, text: t('chat.presenceUnknown') }
  if (presence?.online) return { online: true, text: t('chat.online') }
  const seen = presence?.lastSeenAt
  if (typeof seen !== 'string') return { online: false, text: t('chat.lastSeenUnknown') }
  return { online: false, text: t('chat.lastSeen', { when: dates.ago(Date.parse(seen), now) }) }
}
