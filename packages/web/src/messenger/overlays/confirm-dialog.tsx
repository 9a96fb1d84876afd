// Asks before something that cannot be taken back.
import { AlertDialog } from '@base-ui/react/alert-dialog'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import type { ConfirmRequest } from './overlays.ts'
import '../../ui/dialog.css'

interface ConfirmDialogProps {
  request: ConfirmRequest
  open: boolean
  onAnswer: (agreed: boolean) => void
}

export default function ConfirmDialog({ request, open, onAnswer }: ConfirmDialogProps) {
  const { t } = useTranslation()
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => next || onAnswer(false)}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="dialog-backdrop" />
        <AlertDialog.Viewport className="dialog-viewport">
          <AlertDialog.Popup className="dialog dialog-small">
            <AlertDialog.Title className="dialog-title">{request.title}</AlertDialog.Title>
            {request.text !== undefined && (
              <AlertDialog.Description className="dialog-text">{request.text}</AlertDialog.Description>
            )}
            <div className="dialog-buttons">
              <Button onClick={() => onAnswer(false)}>{t('confirm.cancel')}</Button>
              <Button look="danger" onClick={() => onAnswer(true)}>
                {request.action}
              </Button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Viewport>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
