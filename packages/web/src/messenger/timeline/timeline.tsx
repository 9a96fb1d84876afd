// The messages of one chat. Mounted anew for every chat.
import type { ChatView, Message } from '@parley/protocol'
import { type Ref, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtualizer } from 'virtua'
import { postingFor } from '../../chats/chat-facts.ts'
import { useClient, useMe, useReplica } from '../../client/client-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { useContextMenu } from '../../ui/use-context-menu.ts'
import { JumpButton } from './jump-button.tsx'
import { MessageRow } from './message-row.tsx'
import { QuotesProvider } from './quotes.tsx'
import { RowActionsContext } from './row-actions.ts'
import { buildRows, itemId, itemSender, itemSeq, type Row } from './rows.ts'
import { DaySeparator, UnreadDivider } from './separators.tsx'
import { TimelineEmpty } from './timeline-empty.tsx'
import { useGoal } from './use-goal.ts'
import { useHistory } from './use-history.ts'
import { useNewMessageAnnouncement } from './use-new-message-announcement.ts'
import { useReadCursor } from './use-read-cursor.ts'
import { useRowActionsFor } from './use-row-actions-for.ts'
import { useRowFocus } from './use-row-focus.ts'
import { useScroll } from './use-scroll.ts'
import { advanceWindow, emptyWindow } from './window.ts'
import './timeline.css'

export interface TimelineHandle {
  /** Shows the newest message, loading it if needed. */
  toEnd(): void
}

interface TimelineProps {
  chat: ChatView
  /** The seq of the message to show, from the page's address. */
  target: number | null
  ref: Ref<TimelineHandle>
  onReply: (message: Message) => void
  onEdit: (message: Message) => void
  /** Escape on a message. */
  onLeave: () => void
}

export function Timeline({ chat, target, ref, onReply, onEdit, onLeave }: TimelineProps) {
  const { t } = useTranslation()
  const client = useClient()
  const handle = useMemo(() => client.chats.handle(chat.id), [client, chat.id])
  const timeline = useReplica((replica) => replica.timeline(chat.id))
  const [unreadFrom] = useState(() => (chat.unread_count > 0 ? chat.read_seq + 1 : null))
  const rows = useMemo(() => buildRows(timeline.items, unreadFrom), [timeline.items, unreadFrom])
  const [window, setWindow] = useState(() => advanceWindow(emptyWindow, rows))
  if (window.rows !== rows) setWindow(advanceWindow(window, rows))

  const way = useGoal(chat, target)
  const history = useHistory(handle)
  const scroll = useScroll(window, timeline, way.goal, history)
  const reportRead = useReadCursor(chat, handle, scroll.lowestVisible)
  useNewMessageAnnouncement(timeline)
  useImperativeHandle(ref, () => ({ toEnd: way.toEnd }), [way.toEnd])
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever changes the rows may bring an unread one on screen
  useEffect(() => reportRead(), [reportRead, rows, scroll.settled])

  const actions = useRowActionsFor({ chat, handle, onReply, onEdit, toQuoted: way.toQuoted })
  const focus = useRowFocus(rows, scroll.showRow, onLeave)
  const scroller = useRef<HTMLDivElement>(null)
  const menu = useContextMenu((element, point) => {
    if (element.closest('a') !== null || getSelection()?.isCollapsed === false) return false
    const id = element.closest('[data-message-id]')?.getAttribute('data-message-id')
    const item = timeline.items.find((candidate) => itemId(candidate) === id)
    if (item !== undefined) actions.openMenu(item, point)
    return item !== undefined
  })

  return (
    <div className="timeline">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the events bubble from the messages inside */}
      <div
        className="timeline-scroller"
        ref={scroller}
        data-settled={scroll.settled || undefined}
        onFocus={focus.onFocus}
        onKeyDown={(event) => {
          if (event.key === 'Enter') openMenuOfRow(event)
          else focus.onKeyDown(event)
        }}
        {...menu}
      >
        <h3 className="visually-hidden">{t('timeline.label')}</h3>
        <div className="timeline-space" />
        <RowActionsContext value={actions}>
          <QuotesProvider items={timeline.items}>
            <Virtualizer
              key={window.epoch}
              ref={scroll.list}
              data={rows}
              shift={window.shift}
              as="ol"
              item="li"
              bufferSize={300}
              keepMounted={focus.activeIndex === -1 ? [] : [focus.activeIndex]}
              onScroll={() => {
                scroll.onScroll()
                reportRead()
              }}
              onResize={() => {
                scroll.onResize()
                reportRead()
              }}
            >
              {(row, index) => (
                <RowView
                  key={row.key}
                  row={row}
                  chat={chat}
                  lit={way.litSeq}
                  active={index === focus.activeIndex}
                  end={index === rows.length - 1}
                />
              )}
            </Virtualizer>
          </QuotesProvider>
        </RowActionsContext>
      </div>
      {history.loading === 'before' && scroll.settled && (
        <div className="timeline-loading" role="img" aria-label={t('timeline.loadingOlder')}>
          <Spinner size={18} />
        </div>
      )}
      <TimelineEmpty chat={chat} timeline={timeline} failed={history.failed} onRetry={history.retry} />
      {history.failed && rows.length > 0 && (
        <div className="timeline-failed">
          {t('timeline.loadFailed')}
          <Button onClick={history.retry}>{t('timeline.retry')}</Button>
        </div>
      )}
      <JumpButton
        shown={scroll.settled && rows.length > 0 && (!scroll.atEnd || way.returns)}
        unread={chat.unread_count}
        returns={way.returns}
        onClick={way.goDown}
      />
    </div>
  )
}

/** Enter on a row itself, not on a button in it. */
function openMenuOfRow(event: React.KeyboardEvent<HTMLElement>): void {
  const row = event.target
  if (!(row instanceof HTMLElement) || row.dataset.messageId === undefined) return
  event.preventDefault()
  row.querySelector<HTMLElement>('[aria-haspopup="menu"]')?.click()
}

interface RowViewProps {
  row: Row
  chat: ChatView
  lit: number | null
  active: boolean
  /** The last row keeps a distance from the composer. */
  end: boolean
}

function RowView({ row, chat, lit, active, end }: RowViewProps) {
  const me = useMe()
  switch (row.kind) {
    case 'day':
      return <DaySeparator day={row.day} />
    case 'unread':
      return <UnreadDivider />
    case 'message': {
      const seq = itemSeq(row.item)
      return (
        <div className={end ? 'timeline-row timeline-row-end' : 'timeline-row'}>
          <MessageRow
            item={row.item}
            first={row.first}
            last={row.last}
            own={itemSender(row.item) === me.id}
            read={seq !== undefined && seq <= chat.fully_read_seq}
            named={chat.kind === 'group'}
            lit={seq !== undefined && seq === lit}
            active={active}
            canReply={postingFor(chat) === 'allowed'}
          />
        </div>
      )
    }
  }
}
