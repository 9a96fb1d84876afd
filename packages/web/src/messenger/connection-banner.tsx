// Says when the app is not connected, or only by polling, and what happens next; below that, what is lost with the page, and that there is a
// newer version of it.
import { CloudOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient, useConnection } from '../client/client-context.tsx'
import { useErrorText } from '../client/use-error-text.ts'
import { Spinner } from '../ui/spinner.tsx'
import { UnkeptBanner } from './unkept-banner.tsx'
import { UpdateBanner } from './update-banner.tsx'
import { useLasting } from './use-lasting.ts'
import './connection-banner.css'

export function ConnectionBanner() {
  const { t } = useTranslation()
  const connection = useConnection()
  const online = useOnline()
  // A connection without a socket is news too.
  const down = connection.status !== 'ready' || connection.via === 'polling'
  const shown = useLasting(down)
  return (
    <header className="connection" data-testid="connection-state" data-status={connection.status}>
      <h1 className="visually-hidden">{t('app.name')}</h1>
      {shown && (
        <div className="connection-banner">
          <BannerText online={online} />
        </div>
      )}
      <UnkeptBanner />
      <UpdateBanner />
    </header>
  )
}

function BannerText({ online }: { online: boolean }) {
  const { t } = useTranslation()
  const client = useClient()
  const errorText = useErrorText()
  const connection = useConnection()
  const seconds = useSecondsUntil(connection.status === 'waiting' ? connection.retryAt : null)
  if (!online)
    return (
      <>
        <CloudOff size={16} aria-hidden="true" />
        {t('connection.offline')}
      </>
    )
  switch (connection.status) {
    case 'ready':
      if (connection.via === 'socket') return null
      return (
        <>
          <CloudOff size={16} aria-hidden="true" />
          {t('connection.polling', { seconds: Math.round(connection.interval / 1000) })}
        </>
      )
    case 'waiting':
      return (
        <>
          <CloudOff size={16} aria-hidden="true" />
          {t('connection.waiting', { count: seconds })}
          <button type="button" className="connection-now" onClick={() => client.reconnect()}>
            {t('connection.now')}
          </button>
        </>
      )
    case 'closed':
      return (
        <>
          {t('connection.closed')} {errorText({ code: connection.reason })}
          <button type="button" className="connection-now" onClick={() => location.reload()}>
            {t('app.reload')}
          </button>
        </>
      )
    default:
      return (
        <>
          <Spinner size={14} />
          {t('connection.connecting')}
        </>
      )
  }
}

function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine)
  useEffect(() => {
    const update = () => setOnline(navigator.onLine)
    window.addEventListener('online', update)
    window.addEventListener('offline', update)
    return () => {
      window.removeEventListener('online', update)
      window.removeEventListener('offline', update)
    }
  }, [])
  return online
}

function useSecondsUntil(time: number | null): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (time === null) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [time])
  return time === null ? 0 : Math.max(0, Math.ceil((time - now) / 1000))
}
