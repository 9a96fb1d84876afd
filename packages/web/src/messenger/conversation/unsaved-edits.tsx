// Edits that left the composer and are not saved: on their way, refused, or put aside. Each keeps its text.
import { useTranslation } from 'react-i18next'
import type { UnsavedEdit } from '../../chats/draft.ts'
import { useErrorText } from '../../client/use-error-text.ts'
import { Button } from '../../ui/button.tsx'
import { Isolated } from '../../ui/isolated.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { oneLine } from '../chat-list/chat-preview.ts'
import './unsaved-edits.css'

interface UnsavedEditsProps {
  edits: readonly UnsavedEdit[]
  onRetry: (edit: UnsavedEdit) => void
  /** Back into the composer. */
  onContinue: (edit: UnsavedEdit) => void
  onDiscard: (edit: UnsavedEdit) => void
}

export function UnsavedEdits({ edits, onRetry, onContinue, onDiscard }: UnsavedEditsProps) {
  const { t } = useTranslation()
  return edits.map((edit) =>
    edit.state === 'saving' ? (
      <p key={edit.messageId} className="unsaved unsaved-saving" role="status">
        <Spinner size={14} />
        {t('composer.savingEdit')}
      </p>
    ) : (
      <div key={edit.messageId} className="unsaved" data-testid="unsaved-edit">
        <p className="unsaved-text" role="alert">
          <Reason state={edit.state} /> <Isolated>{`“${oneLine(edit.text)}”`}</Isolated>
        </p>
        <span className="unsaved-buttons">
          {edit.state !== 'put-aside' && (
            <Button onClick={() => onRetry(edit)}>{t('composer.saveAgain')}</Button>
          )}
          <Button onClick={() => onContinue(edit)}>{t('composer.continueEdit')}</Button>
          <Button onClick={() => onDiscard(edit)}>{t('message.discard')}</Button>
        </span>
      </div>
    ),
  )
}

function Reason({ state }: { state: Exclude<UnsavedEdit['state'], 'saving'> }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  if (state === 'put-aside') return <strong>{t('composer.unfinishedEdit')}</strong>
  return (
    <>
      <strong className="unsaved-failed">{t('composer.editNotSaved')}</strong> {errorText(state)}
    </>
  )
}
