// The frame of a dialog: title, close button, content that scrolls.
import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from './button.tsx'
import './dialog.css'

interface DialogProps {
  title: string
  open: boolean
  onClose: () => void
  wide?: boolean
  children: ReactNode
}

export function Dialog({ title, open, onClose, wide = false, children }: DialogProps) {
  const { t } = useTranslation()
  return (
    <BaseDialog.Root open={open} onOpenChange={(next) => next || onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="dialog-backdrop" />
        <BaseDialog.Viewport className="dialog-viewport">
          <BaseDialog.Popup className={wide ? 'dialog dialog-wide' : 'dialog'}>
            <header className="dialog-header">
              <BaseDialog.Title className="dialog-title">{title}</BaseDialog.Title>
              <BaseDialog.Close render={<IconButton icon={X} label={t('settings.close')} />} />
            </header>
            <div className="dialog-body">{children}</div>
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  )
}
