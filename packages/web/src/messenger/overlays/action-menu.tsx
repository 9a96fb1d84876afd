// The one menu of the messenger, shown at a point or below a button.
import { Menu } from '@base-ui/react/menu'
import { useRef } from 'react'
import type { MenuEntry, MenuRequest, Point } from './overlays.ts'
import './action-menu.css'

interface ActionMenuProps {
  menu: MenuRequest
  /** What had the focus before gets it back. */
  opener: Element | null
  open: boolean
  onClose: () => void
}

const pointAnchor = ({ x, y }: Point) => ({ getBoundingClientRect: () => new DOMRect(x, y, 0, 0) })

export default function ActionMenu({ menu, opener, open, onClose }: ActionMenuProps) {
  const { anchor, entries, label } = menu
  const chosen = useRef<MenuEntry | null>(null)
  const focusTaken = useRef(false)
  // What was chosen runs when the menu is gone and the focus is back, so that it can move the focus itself. The focus goes
  // back in a microtask after the menu was removed, which is about to happen.
  const afterwards = (nowOpen: boolean) => {
    if (nowOpen) {
      focusTaken.current = false
      return
    }
    const entry = chosen.current
    chosen.current = null
    if (entry !== null) setTimeout(entry.onSelect)
  }
  return (
    <Menu.Root
      modal={false}
      open={open}
      onOpenChange={(next) => next || onClose()}
      onOpenChangeComplete={afterwards}
    >
      <Menu.Portal>
        <Menu.Positioner
          className="menu-positioner"
          // The menu hangs outside of the page's landmarks, so it brings its own.
          role="region"
          aria-label={label}
          anchor={anchor instanceof Element ? anchor : pointAnchor(anchor)}
          side="bottom"
          align={anchor instanceof Element ? 'end' : 'start'}
          sideOffset={4}
          collisionPadding={8}
        >
          <Menu.Popup
            className="menu"
            aria-label={label}
            finalFocus={() => !focusTaken.current && (opener instanceof HTMLElement ? opener : true)}
          >
            {entries.map((entry) => (
              <Menu.Item
                key={entry.label}
                className="menu-item"
                data-danger={entry.danger || undefined}
                onClick={() => {
                  focusTaken.current = entry.takesFocus === true
                  // The menu gives the focus to what was clicked; right after that it may leave.
                  if (entry.takesFocus) queueMicrotask(entry.onSelect)
                  else chosen.current = entry
                }}
              >
                <entry.icon size={17} strokeWidth={1.9} aria-hidden="true" />
                {entry.label}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
