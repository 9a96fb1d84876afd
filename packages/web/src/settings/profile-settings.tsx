// How others see one, and how one logs in.
import { limits } from '@parley/protocol'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient, useMe } from '../client/client-context.tsx'
import { errorCode } from '../client/error-code.ts'
import { PersonAvatar } from '../people/person-avatar.tsx'
import { Button } from '../ui/button.tsx'
import { ChoiceList } from '../ui/choice-list.tsx'
import { TextArea, TextField } from '../ui/text-field.tsx'
import { changedProfile, type ProfileForm } from './profile-change.ts'
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
  const change = (field: Partial<ProfileForm>) => {
    setForm({ ...form, ...field })
    reset()
  }
  const body = changedProfile(me, form)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (saving.status === 'busy' || body === null) return
    void save(
      () => client.call('updateMe', { body }),
      (error) => (errorCode(error) === 'already_exists' ? t('auth.taken') : undefined),
    )
  }
  return (
    <form className="form" onSubmit={submit}>
      <PersonAvatar id={me.id} name={form.name || form.username} size={64} />
      <TextField
        label={t('settings.name')}
        required
        autoComplete="name"
        maxLength={limits.nameMax}
        value={form.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <TextField
        label={t('settings.username')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        minLength={limits.usernameMin}
        maxLength={limits.usernameMax}
        value={form.username}
        onChange={(event) => change({ username: event.target.value })}
      />
      <TextField
        label={t('settings.email')}
        optional
        type="email"
        autoComplete="email"
        maxLength={limits.emailMax}
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
        maxLength={limits.bioMax}
        value={form.bio}
        onChange={(event) => change({ bio: event.target.value })}
      />
      <SavingNote saving={saving} saved={t('settings.saved')} />
      <Button type="submit" look="primary" busy={saving.status === 'busy'} disabled={body === null}>
        {t('settings.save')}
      </Button>
    </form>
  )
}
