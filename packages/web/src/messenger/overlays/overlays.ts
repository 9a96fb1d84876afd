// What any part of the messenger can put on top of the page: a menu, a question, a notice, a person's profile.
import type { LucideIcon } from 'lucide-react'
import { createContext, useCallback, useContext } from 'react'
import { useErrorText } from '../../client/use-error-text.ts'

export interface MenuEntry {
  readonly icon: LucideIcon
  readonly label: string
  readonly danger?: boolean
  /** It moves the focus itself, at once: what is typed next belongs there. All others run when the focus is back. */
  readonly takesFocus?: boolean
  readonly onSelect: () => void
}

/** A point of the viewport, in CSS pixels. */
export interface Point {
  readonly x: number
  readonly y: number
}

export interface MenuRequest {
  readonly label: string
  readonly anchor: Element | Point
  readonly entries: readonly MenuEntry[]
}

export interface ConfirmRequest {
  readonly title: string
  readonly text?: string
  /** The words on the button that does it. */
  readonly action: string
}

export interface Overlays {
  openMenu(menu: MenuRequest): void
  /** Resolves with whether the person agreed. */
  confirm(request: ConfirmRequest): Promise<boolean>
  /** A line that shows for some seconds and is read out at once. */
  notify(text: string): void
  showProfile(userId: string): void
}

export const OverlaysContext = createContext<Overlays | null>(null)

export function useOverlays(): Overlays {
  const overlays = useContext(OverlaysContext)
  if (overlays === null) throw new Error('useOverlays needs an OverlaysProvider above it')
  return overlays
}

/** Lets an action run on its own and tells the person if it failed. Resolves with whether it worked. */
export function useAttempt(): (action: Promise<unknown>) => Promise<boolean> {
  const { notify } = useOverlays()
  const errorText = useErrorText()
  return useCallback(
    (action) =>
      action.then(
        () => true,
        (error: unknown) => {
          notify(errorText(error))
          return false
        },
      ),
    [notify, errorText],
  )
}
