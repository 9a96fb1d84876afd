// What lies over the messages: that they load, that loading failed, or that nobody has written yet.
import type { Timeline } from '@parley/client'
import type { ChatView } from '@parley/protocol'
import { useTranslation } from 'react-i18next'
import { useChatTitle } from '../../chats/use-chat-title.ts'
import { PersonAvatar } from '../../people/person-avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import type { History } from './use-history.ts'
import './timeline-state.css'

interface TimelineStateProps {
  chat: ChatView
  timeline: Timeline
  history: History
  settled: boolean
}

export function TimelineState({ chat, timeline, history, settled }: TimelineStateProps) {
  const { t } = useTranslation()
  if (timeline.items.length === 0) return <NoMessages chat={chat} timeline={timeline} history={history} />
  if (history.failed)
    return (
      <div className="timeline-failed">
        {t('timeline.loadFailed')}
        <Button onClick={history.retry}>{t('timeline.retry')}</Button>
      </div>
    )
  if (!settled || history.loading !== 'before') return null
  return (
    <div className="timeline-loading" role="img" aria-label={t('timeline.loadingOlder')}>
      <Spinner size={18} />
    </div>
  )
}

function NoMessages({ chat, timeline, history }: Omit<TimelineStateProps, 'settled'>) {
  const { t } = useTranslation()
  const { title, saved, avatarId } = useChatTitle(chat)
  if (history.failed)
    return (
      <div className="timeline-empty">
        <p>{t('timeline.loadFailed')}</p>
        <Button onClick={history.retry}>{t('timeline.retry')}</Button>
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
      <PersonAvatar id={avatarId} name={title} saved={saved} size={72} />
      <p className="timeline-empty-title">{saved ? t('chats.saved') : t('timeline.empty')}</p>
      <p className="timeline-empty-hint">{saved ? t('timeline.emptySaved') : t('timeline.emptyHint')}</p>
    </div>
  )
}
