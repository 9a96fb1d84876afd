// Logging in.
import { limits } from '@parley/protocol'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Redirect, useSearch } from 'wouter'
import { useErrorText } from '../client/use-error-text.ts'
import { useLikelySignedIn, useSession, useSessionState } from '../session/session-context.tsx'
import { Button } from '../ui/button.tsx'
import { PasswordField, TextField } from '../ui/text-field.tsx'
import { pathAfterLogin } from './after-login.ts'
import { AuthLayout } from './auth-layout.tsx'

export default function LoginPage() {
  const { t } = useTranslation()
  const session = useSession()
  const signedIn = useLikelySignedIn()
  const state = useSessionState()
  const search = useSearch()
  const errorText = useErrorText()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  if (signedIn) return <Redirect to={pathAfterLogin(search)} replace />

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      await session.login({ login: login.trim(), password })
    } catch (cause) {
      setError(errorText(cause))
      setBusy(false)
    }
  }

  const ended = state.status === 'anonymous' && state.because === 'ended' && error === null
  return (
    <AuthLayout
      title={t('auth.loginTitle')}
      lead={t('auth.loginLead')}
      footer={
        <>
          {t('auth.noAccount')}{' '}
          <Link href={search === '' ? '/register' : `/register?${search}`}>{t('home.register')}</Link>
        </>
      }
    >
      <form className="auth-form" onSubmit={submit}>
        {ended && (
          <p className="form-note" role="status">
            {t('auth.ended')}
          </p>
        )}
        {error !== null && (
          <p className="form-error" role="alert">
            {error}
          </p>
        )}
        <TextField
          label={t('auth.login')}
          name="login"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          limit={limits.emailMax}
          value={login}
          onChange={(event) => setLogin(event.target.value)}
        />
        <PasswordField
          label={t('auth.password')}
          name="password"
          autoComplete="current-password"
          required
          limit={limits.passwordMax}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="submit" look="primary" wide busy={busy}>
          {t('auth.submitLogin')}
        </Button>
      </form>
    </AuthLayout>
  )
}
