// What the rows of the timeline can ask for. One object for the life of a timeline, so that rows need not render again.
import type { OutgoingEdit, TimelineItem } from '@parley/client'
import type { Message } from '@parley/protocol'
import { createContext, useContext } from 'react'
import type { Point } from '../overlays/overlays.ts'

export interface RowActions {
  reply(message: Message): void
  /** Returns whether there is a menu. */
  openMenu(item: TimelineItem, anchor: Element | Point): boolean
  /** Goes to the quoted message; `from` is the reply, for the way back. */
  openQuoted(quoted: Message, from: Message | undefined): void
  openProfile(userId: string): void
  /** Of an entry of the outbox. */
  retry(entryId: string): void
  discard(entryId: string): void
  /** Takes an edit that failed back into the composer. */
  continueEdit(message: Message, edit: OutgoingEdit): void
}

export const RowActionsContext = createContext<RowActions | null>(null)

export function useRowActions(): RowActions {
  const actions = useContext(RowActionsContext)
  if (actions === null) throw new Error('useRowActions needs a RowActionsContext above it')
  return actions
}
