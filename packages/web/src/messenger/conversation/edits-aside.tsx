// Edits that were left unfinished for another one. Each keeps its text.
import { useTranslation } from 'react-i18next'
import type { Edit } from '../../chats/draft.ts'
import { Button } from '../../ui/button.tsx'
import { Isolated } from '../../ui/isolated.tsx'
import { oneLine } from '../chat-list/chat-preview.ts'
import './edits-aside.css'

interface EditsAsideProps {
  edits: readonly Edit[]
  onContinue: (edit: Edit) => void
  onDiscard: (edit: Edit) => void
}

export function EditsAside({ edits, onContinue, onDiscard }: EditsAsideProps) {
  const { t } = useTranslation()
  return edits.map((edit) => (
    <div key={edit.messageId} className="edit-aside" data-testid="edit-aside">
      <p className="edit-aside-text">
        <strong>{t('composer.unfinishedEdit')}</strong> <Isolated>{oneLine(edit.text)}</Isolated>
      </p>
      <span className="edit-aside-buttons">
        <Button onClick={() => onContinue(edit)}>{t('composer.continueEdit')}</Button>
        <Button onClick={() => onDiscard(edit)}>{t('message.discard')}</Button>
      </span>
    </div>
  ))
}
