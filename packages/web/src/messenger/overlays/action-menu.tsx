// The one menu of the messenger, shown at a point or below a button.
import { Menu } from '@base-ui/react/menu'
import type { MenuRequest, Point } from './overlays.ts'
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
  return (
    <Menu.Root open={open} onOpenChange={(next) => next || onClose()}>
      <Menu.Portal>
        <Menu.Positioner
          className="menu-positioner"
          anchor={anchor instanceof Element ? anchor : pointAnchor(anchor)}
          side="bottom"
          align={anchor instanceof Element ? 'end' : 'start'}
          sideOffset={4}
          collisionPadding={8}
        >
          <Menu.Popup
            className="menu"
            aria-label={label}
            finalFocus={() => (opener instanceof HTMLElement ? opener : true)}
          >
            {entries.map(({ icon: Icon, label: words, danger, onSelect }) => (
              <Menu.Item
                key={words}
                className="menu-item"
                data-danger={danger || undefined}
                onClick={onSelect}
              >
                <Icon size={17} strokeWidth={1.9} aria-hidden="true" />
                {words}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
