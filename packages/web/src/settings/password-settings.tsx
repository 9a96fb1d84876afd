// Changing the password.
import { codePointLength, limits } from '@parley/protocol'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../client/client-context.tsx'
import { errorCode } from '../client/error-code.ts'
import { Button } from '../ui/button.tsx'
import { PasswordField } from '../ui/text-field.tsx'
import { SavingNote } from './saving-note.tsx'
import { useSaving } from './use-saving.ts'

export function PasswordSettings() {
  const { t } = useTranslation()
  const client = useClient()
  const { saving, save, reset } = useSaving()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const ready = current !== '' && codePointLength(next) >= limits.passwordMin
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (saving.status === 'busy' || !ready) return
    const body = { current_password: current, new_password: next }
    const saved = await save(
      () => client.call('changePassword', { body }),
      (error) => (errorCode(error) === 'wrong_credentials' ? t('settings.wrongPassword') : undefined),
    )
    if (!saved) return
    setCurrent('')
    setNext('')
  }
  return (
    <form className="form" onSubmit={(event) => void submit(event)}>
      <p className="settings-note">{t('settings.passwordNote')}</p>
      <PasswordField
        label={t('settings.currentPassword')}
        autoComplete="current-password"
        limit={limits.passwordMax}
        value={current}
        onChange={(event) => {
          setCurrent(event.target.value)
          reset()
        }}
      />
      <PasswordField
        label={t('settings.newPassword')}
        hint={t('auth.passwordHint', { min: limits.passwordMin })}
        autoComplete="new-password"
        limit={limits.passwordMax}
        value={next}
        onChange={(event) => {
          setNext(event.target.value)
          reset()
        }}
      />
      <SavingNote saving={saving} saved={t('settings.passwordChanged')} />
      <Button type="submit" look="primary" busy={saving.status === 'busy'} disabled={!ready}>
        {t('settings.changePassword')}
      </Button>
    </form>
  )
}
