// One row of the timeline, of whatever kind.
import type { ChatView } from '@parley/protocol'
import { postingFor } from '../../chats/chat-facts.ts'
import { useMe } from '../../client/client-context.tsx'
import { MessageRow } from './message-row.tsx'
import { itemSender, itemSeq, type Row } from './rows.ts'
import { DaySeparator, UnreadDivider } from './separators.tsx'

interface RowViewProps {
  row: Row
  chat: ChatView
  /** The seq of the message that is lit. */
  lit: number | null
  /** The row has the focus. */
  active: boolean
  /** The newest message keeps a distance from the composer. */
  end: boolean
}

export function RowView({ row, chat, lit, active, end }: RowViewProps) {
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
