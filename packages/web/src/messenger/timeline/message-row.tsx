// One message in the timeline.
import type { OutgoingChange, OutgoingEdit, Sendable, TimelineItem } from '@parley/client'
import type { Message } from '@parley/protocol'
import { Ellipsis, Reply } from 'lucide-react'
import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useUser } from '../../client/client-context.tsx'
import { useErrorText } from '../../client/use-error-text.ts'
import { useDates } from '../../dates/use-dates.tsx'
import { MessageFiles, WaitingFiles } from '../../files/message-files.tsx'
import { PersonAvatar } from '../../people/person-avatar.tsx'
import { useNames } from '../../people/use-names.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { avatarColour } from '../../ui/initials.ts'
import { Isolated } from '../../ui/isolated.tsx'
import { DelayedEntry } from './delayed-entry.tsx'
import { type Delivery, DeliveryMark } from './delivery-mark.tsx'
import { isEmojiOnly } from './emoji-only.ts'
import { MessageText } from './message-text.tsx'
import { Quote } from './quote.tsx'
import { useRowActions } from './row-actions.ts'
import { itemId, itemSender, itemSeq, itemTime } from './rows.ts'
import './message-row.css'

interface MessageRowProps {
  item: TimelineItem
  first: boolean
  last: boolean
  own: boolean
  /** Everyone has read it; only told for own messages. */
  read: boolean
  /** Several people write here: names and pictures are shown. */
  named: boolean
  /** Lit for a moment, because the person was brought here. */
  lit: boolean
  /** The row that the Tab key reaches. */
  active: boolean
  canReply: boolean
}

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { item, first, last, own, named, lit, active } = props
  const { t } = useTranslation()
  const dates = useDates()
  const nameOf = useNames()
  const actions = useRowActions()
  const senderId = itemSender(item)
  const sender = useUser(senderId)
  const name = own ? t('chats.you') : nameOf(sender)
  const delivery = deliveryOf(item, own && props.read)
  const delayed = delayedIn(item)
  return (
    <article
      className={classNames(
        'message',
        own && 'message-own',
        first && 'message-first',
        last && 'message-last',
      )}
      data-testid="message"
      data-message-id={itemId(item)}
      data-seq={itemSeq(item)}
      data-state={delivery}
      data-lit={lit || undefined}
      aria-label={t('timeline.messageBy', { name, time: dates.time(itemTime(item)) })}
      tabIndex={active ? 0 : -1}
    >
      {named && !own && (
        <span className="message-picture">
          {last && (
            <button
              type="button"
              className="message-person"
              tabIndex={-1}
              aria-label={t('message.openProfile', { name })}
              onClick={() => actions.openProfile(senderId)}
            >
              <PersonAvatar id={senderId} name={name} size={34} />
            </button>
          )}
        </span>
      )}
      <div className="message-column">
        <div className="bubble" data-emoji={isLarge(item) || undefined}>
          {named && !own && first && (
            <button
              type="button"
              className="message-name"
              data-colour={avatarColour(senderId)}
              tabIndex={-1}
              onClick={() => actions.openProfile(senderId)}
            >
              <Isolated>{name}</Isolated>
            </button>
          )}
          <BubbleContent {...props} delivery={delivery} />
        </div>
        {delayed !== undefined && <DelayedEntry entry={delayed} />}
        {item.state === 'failed' && <FailedSend id={item.entry.id} code={item.entry.failed?.code} />}
        {item.state === 'sent' && item.change?.kind === 'edit' && item.change.failed !== null && (
          <FailedEdit message={item.message} edit={item.change} />
        )}
      </div>
      <RowButtons item={item} active={active} canReply={props.canReply} />
    </article>
  )
})

const deliveryOf = (item: TimelineItem, read: boolean): Delivery => {
  if (item.state !== 'sent') return item.state
  if (pendingChange(item) !== undefined) return 'pending'
  return read ? 'read' : 'sent'
}

/** An own change that waits to be acknowledged; one that failed changes nothing. */
const pendingChange = (item: TimelineItem): OutgoingChange | undefined =>
  item.state === 'sent' && item.change?.failed === null ? item.change : undefined

/** What waits although the server is there. */
function delayedIn(item: TimelineItem): Sendable | undefined {
  const entry = item.state === 'sent' ? item.change : item.entry
  return entry?.delay ? entry : undefined
}

/** As the sender wants it to be: what is on its way is shown, and marked as pending. */
function textOf(item: TimelineItem): string | null {
  if (item.state !== 'sent') return item.entry.text
  const change = pendingChange(item)
  if (change === undefined) return item.message.text
  return change.kind === 'edit' ? change.text : null
}
const replyOf = (item: TimelineItem): string | null =>
  item.state === 'sent' ? item.message.reply_to_id : item.entry.replyToId

function isLarge(item: TimelineItem): boolean {
  const text = textOf(item)
  return text !== null && replyOf(item) === null && isEmojiOnly(text)
}

function BubbleContent({ item, own, active, delivery }: MessageRowProps & { delivery: Delivery }): ReactNode {
  const { t } = useTranslation()
  const dates = useDates()
  const time = itemTime(item)
  const text = textOf(item)
  const replyTo = replyOf(item)
  const message = item.state === 'sent' ? item.message : undefined
  const files = message?.files ?? []
  return (
    <>
      {replyTo !== null && text !== null && <Quote messageId={replyTo} from={message} focusable={active} />}
      {files.length > 0 && <MessageFiles files={files} />}
      {item.state !== 'sent' && item.entry.files !== undefined && <WaitingFiles files={item.entry.files} />}
      <div className="message-text" dir="auto">
        {text === null ? (
          <span className="message-deleted">{t('timeline.deleted')}</span>
        ) : (
          <MessageText text={text} />
        )}
        <span className="message-meta">
          {message?.edited_at && text !== null && <span>{t('timeline.edited')}</span>}
          <time dateTime={new Date(time).toISOString()} title={dates.full(time)}>
            {dates.time(time)}
          </time>
          {own && text !== null && <DeliveryMark state={delivery} />}
        </span>
      </div>
    </>
  )
}

function FailedSend({ id, code }: { id: string; code: string | undefined }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const actions = useRowActions()
  return (
    <div className="message-failed">
      <span>
        {t('timeline.failed')}. {code !== undefined && errorText({ code })}
      </span>
      <Button onClick={() => actions.retry(id)}>{t('message.retry')}</Button>
      <Button onClick={() => actions.discard(id)}>{t('message.discard')}</Button>
    </div>
  )
}

/** The edit keeps its text: here to be read, and to be saved again, changed or given up. */
function FailedEdit({ message, edit }: { message: Message; edit: OutgoingEdit }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const actions = useRowActions()
  return (
    <div className="message-failed" data-testid="failed-edit">
      <span>
        {t('message.editNotSaved')}. {edit.failed !== null && errorText(edit.failed)}
      </span>
      <span className="message-failed-text">
        <Isolated>{edit.text}</Isolated>
      </span>
      <Button onClick={() => actions.retry(edit.id)}>{t('message.saveAgain')}</Button>
      <Button onClick={() => actions.continueEdit(message, edit)}>{t('composer.continueEdit')}</Button>
      <Button onClick={() => actions.discard(edit.id)}>{t('message.discard')}</Button>
    </div>
  )
}

interface RowButtonsProps {
  item: TimelineItem
  active: boolean
  canReply: boolean
}

function RowButtons({ item, active, canReply }: RowButtonsProps) {
  const { t } = useTranslation()
  const actions = useRowActions()
  if (item.state === 'sent' && item.message.deleted_at !== null) return null
  const tabIndex = active ? 0 : -1
  return (
    <div className="message-buttons">
      {canReply && item.state === 'sent' && (
        <IconButton
          icon={Reply}
          size={17}
          label={t('message.reply')}
          tabIndex={tabIndex}
          onClick={() => actions.reply(item.message)}
        />
      )}
      <IconButton
        icon={Ellipsis}
        size={17}
        label={t('message.actions')}
        aria-haspopup="menu"
        tabIndex={tabIndex}
        onClick={(event) => actions.openMenu(item, event.currentTarget)}
      />
    </div>
  )
}
