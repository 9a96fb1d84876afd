// The messages of one chat. Mounted anew for every chat.
import type { ChatView, Message } from '@parley/protocol'
import {
  type Ref,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { Virtualizer } from 'virtua'
import { useClient, useReplica } from '../../client/client-context.tsx'
import { JumpButton } from './jump-button.tsx'
import { QuotesProvider } from './quotes.tsx'
import { RowActionsContext } from './row-actions.ts'
import { RowView } from './row-view.tsx'
import { buildRows, itemId, type Unread } from './rows.ts'
import { TimelineScroller } from './timeline-scroller.tsx'
import { TimelineState } from './timeline-state.tsx'
import { useAttended } from './use-attended.ts'
import { useGoal } from './use-goal.ts'
import { useHistory } from './use-history.ts'
import { useNewMessageAnnouncement } from './use-new-message-announcement.ts'
import { useReadCursor } from './use-read-cursor.ts'
import { useRowActionsFor } from './use-row-actions-for.ts'
import { useRowFocus } from './use-row-focus.ts'
import { useScroll } from './use-scroll.ts'
import { useWindow } from './use-window.ts'
import './timeline.css'

/** Pixels of messages mounted beyond each edge of the screen. */
const mountedAhead = 300

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
  onEdit: (message: Message, typed?: string) => void
  /** The person is done with the messages and wants to write. */
  onLeave: () => void
}

export function Timeline({ chat, target, ref, onReply, onEdit, onLeave }: TimelineProps) {
  const { timeline, window, way, history, scroll, reportRead } = useTimeline(chat, target)
  const { rows } = window
  const handle = useClient().chats.handle(chat.id)
  const actions = useRowActionsFor({ chat, handle, onReply, onEdit, toQuoted: way.toQuoted })
  const focus = useRowFocus({ ...scroll, rows, leave: onLeave })
  useImperativeHandle(ref, () => ({ toEnd: way.toEnd }), [way.toEnd])
  const openMenu = (messageId: string, point: { x: number; y: number }) => {
    const item = timeline.items.find((candidate) => itemId(candidate) === messageId)
    return item !== undefined && actions.openMenu(item, point)
  }
  const mark = (change: () => void) => () => {
    change()
    reportRead()
  }
  return (
    <div className="timeline">
      <TimelineScroller ref={scroll.scroller} settled={scroll.settled} focus={focus} onMenu={openMenu}>
        <RowActionsContext value={actions}>
          <QuotesProvider items={timeline.items}>
            <Virtualizer
              key={window.epoch}
              ref={scroll.list}
              data={rows}
              shift={window.shift}
              as="ol"
              item="li"
              bufferSize={mountedAhead}
              keepMounted={focus.activeIndex === -1 ? [] : [focus.activeIndex]}
              onScroll={mark(scroll.onScroll)}
              onResize={mark(scroll.onResize)}
            >
              {(row, index) => (
                <RowView
                  key={row.key}
                  row={row}
                  chat={chat}
                  lit={way.litSeq}
                  active={index === focus.activeIndex}
                  end={index === rows.length - 1 && !timeline.hasAfter}
                />
              )}
            </Virtualizer>
          </QuotesProvider>
        </RowActionsContext>
      </TimelineScroller>
      <TimelineState chat={chat} timeline={timeline} history={history} settled={scroll.settled} />
      <JumpButton
        shown={scroll.settled && rows.length > 0 && (!scroll.atEnd || way.returns)}
        unread={chat.unread_count}
        returns={way.returns}
        onClick={way.goDown}
      />
    </div>
  )
}

/** What is shown, where it stands, and what of it has been read. */
function useTimeline(chat: ChatView, target: number | null) {
  const client = useClient()
  const handle = useMemo(() => client.chats.handle(chat.id), [client, chat.id])
  const timeline = useReplica((replica) => replica.timeline(chat.id))
  const attended = useAttended()
  const unread = useUnreadFrom(chat, client.me?.id, attended)
  const wanted = useMemo(() => buildRows(timeline.items, unread), [timeline.items, unread])
  const window = useWindow(wanted)
  const way = useGoal(chat, target)
  const history = useHistory(handle)
  const scroll = useScroll({ window, wanted, timeline, goal: way.goal, history, away: !attended })
  const reportRead = useReadCursor(chat, handle, scroll.lowestVisible)
  useReturn(attended, () => {
    if (chat.unread_count > 0 && scroll.follows()) way.toUnread(chat.read_seq + 1)
  })
  useNewMessageAnnouncement(timeline)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever changes the rows may bring an unread one on screen
  useEffect(() => reportRead(), [reportRead, window.rows, scroll.settled])
  return { timeline, window, way, history, scroll, reportRead }
}

/** Where the divider stands: before what was unread when the chat was opened, or came while nobody looked; then it stays. */
function useUnreadFrom(chat: ChatView, ownId: string | undefined, attended: boolean): Unread | null {
  const first = chat.unread_count > 0 ? chat.read_seq + 1 : null
  const [unread, setUnread] = useState<Unread | null>(first === null ? null : { from: first, ownId })
  if (attended || first === null || first === unread?.from) return unread
  const moved = { from: first, ownId }
  setUnread(moved)
  return moved
}

/** Runs when somebody looks at the page again. */
function useReturn(attended: boolean, onReturn: () => void): void {
  const was = useRef(attended)
  const run = useEffectEvent(onReturn)
  useLayoutEffect(() => {
    if (attended && !was.current) run()
    was.current = attended
  }, [attended])
}
