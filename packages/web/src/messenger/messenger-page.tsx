// The messenger behind its door: opens the session, waits for the first sign of the server, leads to login if refused.
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Redirect, useLocation } from 'wouter'
import { DraftsProvider } from '../chats/drafts-context.tsx'
import {
  ClientProvider,
  MeProvider,
  useClient,
  useConnection,
  useMaybeMe,
} from '../client/client-context.tsx'
import { useErrorText } from '../client/use-error-text.ts'
import { loginPath } from '../pages/after-login.ts'
import { OtherAccount } from '../pages/other-account.tsx'
import { useSession, useSessionState } from '../session/session-context.tsx'
import { Button } from '../ui/button.tsx'
import { Logo } from '../ui/logo.tsx'
import { AnnouncerProvider } from './announcer.tsx'
import { Messenger } from './messenger.tsx'
import { OverlaysProvider } from './overlays/overlays-provider.tsx'
import './messenger-page.css'

interface MessengerPageProps {
  chatId: string | undefined
  seq: string | undefined
}

export default function MessengerPage({ chatId, seq }: MessengerPageProps) {
  const session = useSession()
  const state = useSessionState()
  const [location] = useLocation()
  useEffect(() => {
    if (state.status === 'unknown') session.open()
  }, [session, state.status])
  switch (state.status) {
    case 'unknown':
      return null
    case 'anonymous':
      return <Redirect to={state.because === 'logged-out' ? '/login' : loginPath(location)} replace />
    case 'other':
      return (
        <ClientProvider client={state.client}>
          <OtherAccount />
        </ClientProvider>
      )
    case 'open':
      return (
        <ClientProvider client={state.client}>
          <WhenGreeted chatId={chatId} target={seqOf(seq)} />
        </ClientProvider>
      )
  }
}

const seqOf = (text: string | undefined): number | null =>
  text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null

/** Who one is, is known only after the first `ready`. */
function WhenGreeted({ chatId, target }: { chatId: string | undefined; target: number | null }) {
  const me = useMaybeMe()
  if (me === undefined) return <Greeting />
  return (
    <MeProvider me={me}>
      <DraftsProvider userId={me.id}>
        <AnnouncerProvider>
          <OverlaysProvider>
            <Messenger chatId={chatId} target={target} />
          </OverlaysProvider>
        </AnnouncerProvider>
      </DraftsProvider>
    </MeProvider>
  )
}

function Greeting() {
  const { t } = useTranslation()
  const client = useClient()
  const connection = useConnection()
  const stuck = connection.status === 'waiting' || connection.status === 'closed'
  const errorText = useErrorText()
  const code = connection.status === 'closed' ? connection.reason : 'connection'
  return (
    <main className="greeting" data-testid="connection-state" data-status={connection.status}>
      <Logo size={64} />
      {stuck ? (
        <>
          <p role="alert">{errorText({ code })}</p>
          <Button
            look="primary"
            onClick={() => (connection.status === 'closed' ? location.reload() : client.reconnect())}
          >
            {t('connection.now')}
          </Button>
        </>
      ) : (
        <p className="greeting-late">{t('connection.connecting')}</p>
      )}
    </main>
  )
}
