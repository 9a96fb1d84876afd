// Reads out messages of others that arrive at the end of the open chat. History that is scrolled to is not news.
import type { Timeline } from '@parley/client'
import { useEffect, useEffectEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient, useMe } from '../../client/client-context.tsx'
import { messageLine } from '../../files/message-line.ts'
import { useNames } from '../../people/use-names.ts'
import { useAnnounce } from '../announcer.tsx'
import { oneLine } from '../chat-list/chat-preview.ts'
import { windowBounds } from './place.ts'

export function useNewMessageAnnouncement(timeline: Timeline): void {
  const { t } = useTranslation()
  const { replica } = useClient()
  const me = useMe()
  const nameOf = useNames()
  const announce = useAnnounce()
  /** The end of the history as last seen; null while the window does not reach it. */
  const end = useRef<number | null>(null)

  const look = useEffectEvent((next: Timeline) => {
    const former = end.current
    end.current = next.empty || next.hasAfter ? null : (windowBounds(next)?.last ?? 0)
    if (former === null || end.current === null || end.current <= former) return
    const last = next.items.findLast((item) => item.state === 'sent')
    if (last?.state !== 'sent' || last.message.sender_id === me.id) return
    const line = messageLine(last.message)
    if (line === null) return
    // A long message is read out by whoever goes to it.
    announce(
      t('timeline.announce', { name: nameOf(replica.user(last.message.sender_id)), text: oneLine(line) }),
    )
  })
  useEffect(() => look(timeline), [timeline])
}
