// In place of a list that could not be loaded: that it failed, and the way to try again. Never the words for an empty list.
import { useTranslation } from 'react-i18next'
import { Button } from './button.tsx'
import './failure-note.css'

export function FailureNote({ children, onRetry }: { children: string; onRetry: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="failure-note" role="alert" data-testid="failure">
      <p>{children}</p>
      <Button onClick={onRetry}>{t('timeline.retry')}</Button>
    </div>
  )
}
