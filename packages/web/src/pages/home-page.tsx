// The start page: what this is, and the ways in. Who is logged in goes on to the messenger.
import { MessagesSquare, Server, ShieldCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link, Redirect } from 'wouter'
import { useLikelySignedIn } from '../session/session-context.tsx'
import { Logo } from '../ui/logo.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import './home-page.css'
import '../ui/button.css'

export function HomePage() {
  const { t } = useTranslation()
  const signedIn = useLikelySignedIn()
  if (signedIn) return <Redirect to="/messenger" replace />
  const points = [
    { icon: ShieldCheck, title: t('home.fast'), text: t('home.fastText') },
    { icon: MessagesSquare, title: t('home.groups'), text: t('home.groupsText') },
    { icon: Server, title: t('home.own'), text: t('home.ownText') },
  ]
  return (
    <div className="home">
      <header className="home-header">
        <span className="home-brand">
          <Logo size={32} />
          {t('app.name')}
        </span>
        <LanguageSwitch />
      </header>
      <main className="home-main">
        <h1 className="home-title">{t('home.title')}</h1>
        <p className="home-lead">{t('home.lead')}</p>
        <nav className="home-ways" aria-label={t('home.signIn')}>
          <Link href="/register" className="button button-primary home-way">
            {t('home.register')}
          </Link>
          <Link href="/login" className="button button-quiet home-way">
            {t('home.signIn')}
          </Link>
        </nav>
        <ul className="home-points">
          {points.map(({ icon: Icon, title, text }) => (
            <li key={title} className="home-point">
              <Icon size={22} strokeWidth={1.8} aria-hidden="true" />
              <h2>{title}</h2>
              <p>{text}</p>
            </li>
          ))}
        </ul>
      </main>
      <footer className="home-footer">
        <a href="/docs">{t('home.api')}</a>
      </footer>
    </div>
  )
}
