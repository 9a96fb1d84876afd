// Making an account.
import { limits } from '@parley/protocol'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Redirect, useSearch } from 'wouter'
import { errorCode } from '../client/error-code.ts'
import { useErrorText } from '../client/use-error-text.ts'
import { currentLanguage } from '../i18n/i18n.ts'
import { useLikelySignedIn, useSession } from '../session/session-context.tsx'
import { Button } from '../ui/button.tsx'
import { PasswordField, TextField } from '../ui/text-field.tsx'
import { pathAfterLogin } from './after-login.ts'
import { AuthLayout } from './auth-layout.tsx'
import { type RegistrationForm, registrationBody, registrationFaults } from './registration.ts'

type Fields = Partial<Record<keyof RegistrationForm, string>>

export default function RegisterPage() {
  const { t } = useTranslation()
  const signedIn = useLikelySignedIn()
  const search = useSearch()
  const { form, change, errors, error, busy, submit } = useRegistration()
  if (signedIn) return <Redirect to={pathAfterLogin(search)} replace />
  const field = (name: keyof RegistrationForm) => ({
    name,
    value: form[name],
    error: errors[name],
    onChange: (event: { target: { value: string } }) => change(name, event.target.value),
  })
  return (
    <AuthLayout
      title={t('auth.registerTitle')}
      lead={t('auth.registerLead')}
      footer={
        <>
          {t('auth.haveAccount')}{' '}
          <Link href={search === '' ? '/login' : `/login?${search}`}>{t('home.signIn')}</Link>
        </>
      }
    >
      <form className="auth-form" onSubmit={submit} noValidate>
        {error !== null && (
          <p className="form-error" role="alert">
            {error}
          </p>
        )}
        <TextField
          {...field('name')}
          label={t('auth.name')}
          optional
          autoComplete="name"
          limit={limits.nameMax}
        />
        <TextField
          {...field('username')}
          label={t('auth.username')}
          hint={t('auth.usernameHint', { min: limits.usernameMin })}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          limit={limits.usernameMax}
        />
        <TextField
          {...field('email')}
          label={t('auth.email')}
          optional
          type="email"
          autoComplete="email"
          limit={limits.emailMax}
        />
        <PasswordField
          {...field('password')}
          label={t('auth.password')}
          hint={t('auth.passwordHint', { min: limits.passwordMin })}
          autoComplete="new-password"
          limit={limits.passwordMax}
        />
        <Button type="submit" look="primary" wide busy={busy}>
          {t('auth.submitRegister')}
        </Button>
      </form>
    </AuthLayout>
  )
}

function useRegistration() {
  const { t, i18n } = useTranslation()
  const session = useSession()
  const errorText = useErrorText()
  const [form, setForm] = useState<RegistrationForm>({ name: '', username: '', email: '', password: '' })
  const [errors, setErrors] = useState<Fields>({})
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const change = (name: keyof RegistrationForm, value: string) => {
    setForm((former) => ({ ...former, [name]: value }))
    setErrors(({ [name]: _, ...others }) => others)
  }

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    const min = { username: limits.usernameMin, password: limits.passwordMin }
    const faults = Object.entries(registrationFaults(form)).map(([name, fault]) => [
      name,
      t(`auth.${fault}`, { min: name === 'password' ? min.password : min.username }),
    ])
    setErrors(Object.fromEntries(faults))
    setError(null)
    if (faults.length > 0) return
    setBusy(true)
    try {
      await session.register(registrationBody(form, currentLanguage(i18n)))
    } catch (cause) {
      setBusy(false)
      if (errorCode(cause) === 'already_exists') setErrors({ username: t('auth.taken') })
      else setError(errorText(cause))
    }
  }

  return { form, change, errors, error, busy, submit }
}
