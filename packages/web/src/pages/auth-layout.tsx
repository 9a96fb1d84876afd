// The frame of the login and registration pages.
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Logo } from '../ui/logo.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import '../ui/form.css'
import './auth-layout.css'

interface AuthLayoutProps {
  title: string
  lead: string
  children: ReactNode
  footer: ReactNode
}

export function AuthLayout({ title, lead, children, footer }: AuthLayoutProps) {
  const { t } = useTranslation()
  return (
    <div className="auth">
      <main className="auth-card">
        <Link href="/" className="auth-logo" aria-label={t('app.toStart')}>
          <Logo size={52} />
        </Link>
        <h1 className="auth-title">{title}</h1>
        <p className="auth-lead">{lead}</p>
        {children}
        <p className="auth-footer">{footer}</p>
      </main>
      <footer className="auth-language">
        <LanguageSwitch />
      </footer>
    </div>
  )
}
