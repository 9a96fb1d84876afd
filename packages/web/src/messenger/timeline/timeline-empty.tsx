// What stands in the middle of a timeline without messages: that it loads, that it failed, or that nobody has written.
import type { Timeline } from '@parley/client'
import type { ChatView } from '@parley/protocol'
import { useTranslation } from 'react-i18next'
import { useChatTitle } from '../../chats/use-chat-title.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Spinner } from '../../ui/spinner.tsx'

interface TimelineEmptyProps {
  chat: ChatView
  timeline: Timeline
  failed: boolean
  onRetry: () => void
}

export function TimelineEmpty({ chat, timeline, failed, onRetry }: TimelineEmptyProps) {
  const { t } = useTranslation()
  const { title, saved, avatarId } = useChatTitle(chat)
  if (timeline.items.length > 0) return null
  if (failed)
    return (
      <div className="timeline-empty">
        <p>{t('timeline.loadFailed')}</p>
        <Button onClick={onRetry}>{t('timeline.retry')}</Button>
      </div>
    )
  if (timeline.empty)
    return (
      <div className="timeline-empty timeline-empty-late">
        <Spinner size={26} />
        <span className="visually-hidden">{t('chat.loading')}</span>
      </div>
    )
  return (
    <div className="timeline-empty">
      <Avatar id={avatarId} name={title} saved={saved} size={72} />
      <p className="timeline-empty-title">{saved ? t('chats.saved') : t('timeline.empty')}</p>
      <p className="timeline-empty-hint">{saved ? t('timeline.emptySaved') : t('timeline.emptyHint')}</p>
    </div>
  )
}
