// How others see one, and how one logs in.
import { limits } from '@parley/protocol'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient, useMe } from '../client/client-context.tsx'
import { errorCode } from '../client/error-code.ts'
import { PersonAvatar } from '../people/person-avatar.tsx'
import { Button } from '../ui/button.tsx'
import { ChoiceList } from '../ui/choice-list.tsx'
import { PasswordField, TextArea, TextField } from '../ui/text-field.tsx'
import { changedProfile, needsPassword, type ProfileForm } from './profile-change.ts'
import { SavingNote } from './saving-note.tsx'
import { useSaving } from './use-saving.ts'

export function ProfileSettings() {
  const { t } = useTranslation()
  const client = useClient()
  const me = useMe()
  const { saving, save, reset } = useSaving()
  const [form, setForm] = useState<ProfileForm>({
    name: me.name,
    username: me.username ?? '',
    email: me.email ?? '',
    bio: me.bio,
    emailVisibility: me.email_visibility,
  })
  const [password, setPassword] = useState('')
  const change = (field: Partial<ProfileForm>) => {
    setForm({ ...form, ...field })
    reset()
  }
  const profile = changedProfile(me, form)
  const asksPassword = needsPassword(profile)
  const ready = profile !== null && (!asksPassword || password !== '')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (saving.status === 'busy' || !ready) return
    const body = asksPassword ? { ...profile, current_password: password } : profile
    const saved = await save(() => client.call('updateMe', { body }), wordsFor)
    if (saved) setPassword('')
  }
  const wordsFor = (error: unknown): string | undefined => {
    switch (errorCode(error)) {
      case 'already_exists':
        return t('auth.taken')
      case 'wrong_credentials':
        return t('settings.wrongPassword')
      default:
        return undefined
    }
  }
  return (
    <form className="form" onSubmit={(event) => void submit(event)}>
      <PersonAvatar id={me.id} name={form.name || form.username} size={64} />
      <TextField
        label={t('settings.name')}
        required
        autoComplete="name"
        limit={limits.nameMax}
        value={form.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <TextField
        label={t('settings.username')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        minLength={limits.usernameMin}
        limit={limits.usernameMax}
        value={form.username}
        onChange={(event) => change({ username: event.target.value })}
      />
      <TextField
        label={t('settings.email')}
        optional
        type="email"
        autoComplete="email"
        limit={limits.emailMax}
        value={form.email}
        onChange={(event) => change({ email: event.target.value })}
      />
      <ChoiceList
        legend={t('settings.emailVisibility')}
        value={form.emailVisibility}
        choices={[
          { value: 'nobody', label: t('settings.emailForNobody') },
          { value: 'contacts', label: t('settings.emailForContacts') },
          { value: 'everybody', label: t('settings.emailForEverybody') },
        ]}
        onChange={(emailVisibility) => change({ emailVisibility })}
      />
      <p className="settings-note">{t('settings.emailVisibilityNote')}</p>
      <TextArea
        label={t('settings.bio')}
        optional
        limit={limits.bioMax}
        value={form.bio}
        onChange={(event) => change({ bio: event.target.value })}
      />
      {asksPassword && (
        <PasswordField
          label={t('settings.currentPassword')}
          hint={t('settings.proofHint')}
          required
          autoComplete="current-password"
          limit={limits.passwordMax}
          value={password}
          onChange={(event) => {
            setPassword(event.target.value)
            reset()
          }}
        />
      )}
      <SavingNote saving={saving} saved={t('settings.saved')} />
      <Button type="submit" look="primary" busy={saving.status === 'busy'} disabled={!ready}>
        {t('settings.save')}
      </Button>
    </form>
  )
}
