// The element in which messages scroll: takes the keys, the focus and the context menu for all of them.
import type { KeyboardEvent, ReactNode, Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { useContextMenu } from '../../ui/use-context-menu.ts'
import type { Point } from '../overlays/overlays.ts'
import type { RowFocus } from './use-row-focus.ts'
import './timeline-scroller.css'

interface TimelineScrollerProps {
  ref: Ref<HTMLElement>
  /** The list stands where it is meant to; before, it is not fit to be seen. */
  settled: boolean
  focus: RowFocus
  /** Returns whether the message has a menu. */
  onMenu: (messageId: string, point: Point) => boolean
  children: ReactNode
}

export function TimelineScroller({ ref, settled, focus, onMenu, children }: TimelineScrollerProps) {
  const { t } = useTranslation()
  const menu = useContextMenu((element, point) => {
    // Links and selected text have the browser's own menu.
    if (element.closest('a') !== null || getSelection()?.isCollapsed === false) return false
    const id = element.closest('[data-message-id]')?.getAttribute('data-message-id')
    return typeof id === 'string' && onMenu(id, point)
  })
  return (
    <section
      ref={ref}
      className="timeline-scroller"
      aria-label={t('timeline.label')}
      data-settled={settled || undefined}
      tabIndex={focus.activeIndex === -1 ? 0 : -1}
      onFocus={focus.onFocus}
      onBlur={focus.onBlur}
      onKeyDown={(event) => {
        if (event.key === 'Enter') openMenuOfRow(event)
        else focus.onKeyDown(event)
      }}
      {...menu}
    >
      <h3 className="visually-hidden">{t('timeline.label')}</h3>
      <div className="timeline-space" />
      {children}
    </section>
  )
}

/** Enter on a message itself, not on a button in it. */
function openMenuOfRow(event: KeyboardEvent<HTMLElement>): void {
  const row = event.target
  if (!(row instanceof HTMLElement) || row.dataset.messageId === undefined) return
  event.preventDefault()
  row.querySelector<HTMLElement>('[aria-haspopup="menu"]')?.click()
}
