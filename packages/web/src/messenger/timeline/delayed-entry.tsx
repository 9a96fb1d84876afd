// Why an own message, or a change of one, waits although the server is there; and what can be done about it.
import type { Sendable } from '@parley/client'
import { useTranslation } from 'react-i18next'
import type { enAnswers } from '../../i18n/en-answers.ts'
import { Button } from '../../ui/button.tsx'
import { useRowActions } from './row-actions.ts'

type KnownDelay = keyof typeof enAnswers.delay

export function DelayedEntry({ entry }: { entry: Sendable }) {
  const { t, i18n } = useTranslation()
  const actions = useRowActions()
  const code = entry.delay?.code ?? 'other'
  const known = (word: string): word is KnownDelay => i18n.exists(`delay.${word}`)
  return (
    <div className="message-delayed" data-testid="delayed">
      <span>
        {t('message.waiting')} {t(`delay.${known(code) ? code : 'other'}`)}
      </span>
      <Button onClick={() => actions.retry(entry.id)}>{t('message.retryNow')}</Button>
      <Button onClick={() => actions.discard(entry.id)}>{t('message.discard')}</Button>
    </div>
  )
}
