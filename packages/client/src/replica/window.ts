// One contiguous stretch of a chat's history, and how pages and live messages join it. Pure: every function returns the
// same object when nothing changed.
import type { Message } from '@parley/protocol'

/** Messages that a window keeps; the side that is not being read is cut off. */
export const windowMax = 1000
/** Messages beyond a hole at the end that are kept until the hole closes. */
export const aheadMax = 200

/** Messages of a tail. */
export const tailMax = 50

/** Ascending by seq, without holes. */
export interface Window {
  readonly messages: readonly Message[]
  readonly hasBefore: boolean
  /** There is more behind the last message, and live messages do not join. */
  readonly hasAfter: boolean
  /** Live messages that overtook one before them; ascending, with holes. Empty if `hasAfter`. */
  readonly ahead: readonly Message[]
}

/** How a page was asked for: on a side of a seq, or by its place (the latest, or around a seq). */
export type Side = { readonly side: 'before' | 'after'; readonly anchor: number } | { readonly side: 'place' }

/** A page as the server gives it. */
export type Page = Side & {
  readonly items: readonly Message[]
  readonly has_before: boolean
  readonly has_after: boolean
}

export const firstSeq = ({ messages }: Pick<Window, 'messages'>): number => messages[0]?.seq ?? 1
/** 0 for a chat without messages: its first message is the next. */
export const lastSeq = ({ messages }: Pick<Window, 'messages'>): number => messages.at(-1)?.seq ?? 0

export const newer = (held: Message, given: Message): Message => (given.version > held.version ? given : held)

/** A live message or a newer version of one: takes its place, joins at the end, or does not concern this window. */
export const putMessage = (window: Window, message: Message): Window => {
  const { messages, hasAfter } = window
  const last = lastSeq(window)
  if (message.seq <= last) {
    const index = message.seq - firstSeq(window)
    const held = messages[index]
    if (held === undefined || newer(held, message) === held) return window
    return { ...window, messages: messages.with(index, message) }
  }
  if (hasAfter) return window
  return joinAhead(window, message)
}

const joinAhead = (window: Window, message: Message): Window => {
  const at = window.ahead.findIndex(({ seq }) => seq >= message.seq)
  const held = at === -1 ? undefined : window.ahead[at]
  if (held?.seq === message.seq) {
    if (newer(held, message) === held) return window
    return { ...window, ahead: window.ahead.with(at, message) }
  }
  const ahead = window.ahead.toSpliced(at === -1 ? window.ahead.length : at, 0, message)
  return closeHole({ ...window, ahead })
}

/** Moves what has become contiguous from `ahead` into the window. */
const closeHole = (window: Window): Window => {
  const end = lastSeq(window)
  const hole = window.ahead.findIndex(({ seq }, index) => seq !== end + 1 + index)
  const joined = hole === -1 ? window.ahead : window.ahead.slice(0, hole)
  const ahead = window.ahead.slice(joined.length)
  if (ahead.length > aheadMax) return { ...window, hasAfter: true, ahead: [] }
  if (joined.length === 0) return window
  return cutStart({ ...window, messages: [...window.messages, ...joined], ahead })
}

/** Joins a page if it touches the window. One that does not replaces it if asked for by place, else comes too late. */
export const putPage = (window: Window | undefined, page: Page): Window | undefined => {
  const joined = window === undefined ? undefined : joinPage(window, page)
  const result = joined ?? (page.side === 'place' ? fromPage(page) : window)
  if (result === undefined || result === window) return window
  // Live messages can be newer than the page, or follow it.
  return (window?.ahead ?? []).reduce(putMessage, result)
}

/** Undefined if the page does not touch the window. */
const joinPage = (window: Window, page: Page): Window | undefined => {
  const [head, tail] = [page.items[0], page.items.at(-1)]
  if (head === undefined || tail === undefined) return joinEmptyPage(window, page)
  if (window.messages.length === 0) return undefined
  const first = firstSeq(window)
  const last = lastSeq(window)
  if (head.seq > last + 1 || tail.seq < first - 1) return undefined
  const joined = {
    messages: union(window.messages, page.items),
    hasBefore: beyondEdge(first - head.seq, page.has_before, window.hasBefore),
    // What follows a window that reached the end comes live, even if the page already knows of it.
    hasAfter: window.hasAfter && beyondEdge(tail.seq - last, page.has_after, window.hasAfter),
    ahead: [],
  }
  return head.seq < first ? cutEnd(joined) : cutStart(joined)
}

const fromPage = (page: Page): Window =>
  cutStart({ messages: page.items, hasBefore: page.has_before, hasAfter: page.has_after, ahead: [] })

/** Nothing lies on the side that was asked for, if the window still begins or ends there. */
const joinEmptyPage = (window: Window, page: Page): Window | undefined => {
  switch (page.side) {
    case 'before':
      return page.anchor === firstSeq(window) ? { ...window, hasBefore: false, ahead: [] } : window
    case 'after':
      return page.anchor === lastSeq(window) ? { ...window, hasAfter: false, ahead: [] } : window
    case 'place':
      return window
  }
}

/** Whether there is more beyond an edge: the one who reaches farther knows; at the same place either may know the end. */
const beyondEdge = (pageReachesFarther: number, page: boolean, window: boolean): boolean => {
  if (pageReachesFarther > 0) return page
  return pageReachesFarther < 0 ? window : page && window
}

const union = (held: readonly Message[], items: readonly Message[]): readonly Message[] => {
  const bySeq = new Map(held.map((message) => [message.seq, message]))
  for (const item of items) {
    const known = bySeq.get(item.seq)
    bySeq.set(item.seq, known === undefined ? item : newer(known, item))
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq)
}

const cutStart = (window: Window): Window =>
  window.messages.length <= windowMax
    ? window
    : { ...window, messages: window.messages.slice(-windowMax), hasBefore: true }

const cutEnd = (window: Window): Window =>
  window.messages.length <= windowMax
    ? window
    : { ...window, messages: window.messages.slice(0, windowMax), hasAfter: true, ahead: [] }

/** The end of a window that reaches the end of its chat: itself, if it is short. Undefined for one that does not. */
export const tailOf = (window: Window): Window | undefined => {
  if (window.hasAfter) return undefined
  if (window.messages.length <= tailMax) return window
  return { ...window, messages: window.messages.slice(-tailMax), hasBefore: true }
}
