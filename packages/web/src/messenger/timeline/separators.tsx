// The rows between messages: the day, and where the unread ones begin.
import { useTranslation } from 'react-i18next'
import { daysAgo } from '../../dates/date-formats.ts'
import { useDates, useNow } from '../../dates/use-dates.tsx'
import './separators.css'

export function DaySeparator({ day }: { day: number }) {
  const { t } = useTranslation()
  const dates = useDates()
  const now = useNow()
  const ago = daysAgo(day, now)
  const words = ago === 0 ? t('timeline.today') : ago === 1 ? t('timeline.yesterday') : dates.day(day, now)
  return (
    <div className="day-separator">
      <h4 className="day-separator-text">{words}</h4>
    </div>
  )
}

export function UnreadDivider() {
  const { t } = useTranslation()
  return (
    <div className="unread-divider" data-testid="unread-divider">
      <span>{t('timeline.unread')}</span>
    </div>
  )
}
