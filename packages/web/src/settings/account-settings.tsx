// Deleting the account: asked for first, then confirmed with the password.
import { limits } from '@parley/protocol'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { errorCode } from '../client/error-code.ts'
import { useSession } from '../session/session-context.tsx'
import { Button } from '../ui/button.tsx'
import { PasswordField } from '../ui/text-field.tsx'
import { SavingNote } from './saving-note.tsx'
import { useSaving } from './use-saving.ts'

export function AccountSettings() {
  const { t } = useTranslation()
  const [stage, setStage] = useState<'shown' | 'asking' | 'cancelled'>('shown')
  return (
    <div className="form">
      <p className="settings-note">{t('settings.deleteNote')}</p>
      {stage === 'asking' ? (
        <DeletionForm onCancel={() => setStage('cancelled')} />
      ) : (
        <Button look="danger" autoFocus={stage === 'cancelled'} onClick={() => setStage('asking')}>
          {t('settings.deleteAccount')}
        </Button>
      )}
    </div>
  )
}

function DeletionForm({ onCancel }: { onCancel: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const { saving, save, reset } = useSaving()
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (saving.status === 'busy' || password === '') return
    void save(
      () => session.deleteAccount(password),
      (error) => (errorCode(error) === 'wrong_credentials' ? t('settings.wrongPassword') : undefined),
    )
  }
  return (
    <form className="form" onSubmit={submit}>
      <PasswordField
        label={t('settings.currentPassword')}
        autoComplete="current-password"
        autoFocus
        limit={limits.passwordMax}
        value={password}
        onChange={(event) => {
          setPassword(event.target.value)
          reset()
        }}
      />
      <SavingNote saving={saving} saved={t('settings.accountDeleted')} />
      <div className="dialog-buttons">
        <Button onClick={onCancel}>{t('confirm.cancel')}</Button>
        <Button type="submit" look="danger" busy={saving.status === 'busy'} disabled={password === ''}>
          {t('settings.deleteForever')}
        </Button>
      </div>
    </form>
  )
}
