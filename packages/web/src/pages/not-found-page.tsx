// An address that no page has.
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import './not-found-page.css'

export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <main className="not-found">
      <h1>{t('app.notFound')}</h1>
      <Link href="/">{t('app.toStart')}</Link>
    </main>
  )
}
