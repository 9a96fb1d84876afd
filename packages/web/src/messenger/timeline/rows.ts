// From a window of messages to the rows of the timeline: separators between days, the mark of what was unread, and which
// messages stand together. Pure; rows are told apart by key.
import type { TimelineItem } from '@parley/client'
import { startOfDay } from '../../dates/date-formats.ts'

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly day: number }
  | { readonly kind: 'unread'; readonly key: string }
  | {
      readonly kind: 'message'
      readonly key: string
      readonly item: TimelineItem
      /** The first of a group: shows who speaks. */
      readonly first: boolean
      /** The last of a group: shows the picture and the corner of the bubble. */
      readonly last: boolean
    }

/** Messages of one sender this close together are one group. */
const groupMs = 5 * 60_000

export const itemId = (item: TimelineItem): string =>
  item.state === 'sent' ? item.message.id : item.entry.id

export const itemSender = (item: TimelineItem): string =>
  item.state === 'sent' ? item.message.sender_id : item.entry.senderId

/** Milliseconds since 1970. */
export const itemTime = (item: TimelineItem): number =>
  item.state === 'sent' ? Date.parse(item.message.created_at) : item.entry.createdAt

/** Undefined while the server has not numbered the message. */
export const itemSeq = (item: TimelineItem): number | undefined =>
  item.state === 'sent' ? item.message.seq : undefined

export const messageKey = (messageId: string): string => `message:${messageId}`

interface Shape {
  readonly item: TimelineItem
  readonly sender: string
  readonly time: number
  readonly day: number
  readonly divided: boolean
}

const together = (a: Shape | undefined, b: Shape | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  !b.divided &&
  a.sender === b.sender &&
  a.day === b.day &&
  b.time - a.time < groupMs

/** From which seq on nothing was read when the chat was opened. Own messages are never unread. */
export interface Unread {
  readonly from: number
  readonly ownId: string | undefined
}

/**
 * The divider stands before the first message that was unread when the chat was opened, and stays for the visit.
 * Items must be ascending; the clock of a pending one may be off, which only affects its looks.
 */
export function buildRows(items: readonly TimelineItem[], unread: Unread | null): Row[] {
  let dividerDue = unread !== null
  const shapes = items.map((item): Shape => {
    const seq = itemSeq(item)
    const isUnread =
      unread !== null && seq !== undefined && seq >= unread.from && itemSender(item) !== unread.ownId
    const divided = dividerDue && isUnread
    if (divided) dividerDue = false
    const time = itemTime(item)
    return { item, sender: itemSender(item), time, day: startOfDay(time), divided }
  })
  const rows: Row[] = []
  shapes.forEach((shape, index) => {
    const before = shapes[index - 1]
    const after = shapes[index + 1]
    if (before === undefined || shape.day > before.day)
      rows.push({ kind: 'day', key: `day:${shape.day}`, day: shape.day })
    if (shape.divided) rows.push({ kind: 'unread', key: 'unread' })
    rows.push({
      kind: 'message',
      key: messageKey(itemId(shape.item)),
      item: shape.item,
      first: !together(before, shape),
      last: !together(shape, after),
    })
  })
  return rows
}

/** The index of the row of the message with this seq, or of the next one after it; -1 if there is none. */
export function rowOfSeq(rows: readonly Row[], seq: number): number {
  return rows.findIndex((row) => row.kind === 'message' && (itemSeq(row.item) ?? -1) >= seq)
}
