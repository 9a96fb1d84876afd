// The pages by address, and what all of them need.
import type { i18n as I18n } from 'i18next'
import { lazy, StrictMode, Suspense } from 'react'
import { I18nextProvider } from 'react-i18next'
import { Redirect, Route, Switch } from 'wouter'
import { DatesProvider } from './dates/use-dates.tsx'
import { HomePage } from './pages/home-page.tsx'
import { NotFoundPage } from './pages/not-found-page.tsx'
import type { AppUpdates } from './service-worker/app-updates.ts'
import { UpdatesProvider } from './service-worker/updates-context.tsx'
import type { Session } from './session/session.ts'
import { SessionProvider } from './session/session-context.tsx'
import { ErrorBoundary } from './ui/error-boundary.tsx'

const loadMessenger = () => import('./messenger/messenger-page.tsx')
const MessengerPage = lazy(loadMessenger)
const LoginPage = lazy(() => import('./pages/login-page.tsx'))
const RegisterPage = lazy(() => import('./pages/register-page.tsx'))

/** Starts loading a page's code before the first render. */
export function preloadPage(path: string): void {
  // A failure shows when the page is rendered.
  if (path.startsWith('/messenger')) loadMessenger().catch(() => undefined)
}

interface AppProps {
  session: Session
  i18n: I18n
  updates: AppUpdates
}

export function App({ session, i18n, updates }: AppProps) {
  return (
    <StrictMode>
      <I18nextProvider i18n={i18n}>
        <SessionProvider session={session}>
          <UpdatesProvider updates={updates}>
            <DatesProvider>
              <ErrorBoundary>
                <Suspense fallback={null}>
                  <Pages />
                </Suspense>
              </ErrorBoundary>
            </DatesProvider>
          </UpdatesProvider>
        </SessionProvider>
      </I18nextProvider>
    </StrictMode>
  )
}

const toConversation = ({ chatId }: { chatId: string }) => <Redirect to={`/messenger/${chatId}`} replace />

function Pages() {
  return (
    <Switch>
      <Route path="/" component={HomePage} />
      <Route path="/login" component={LoginPage} />
      <Route path="/register" component={RegisterPage} />
      <Route path="/messenger/:chatId?/:seq?">
        {({ chatId, seq }) => <MessengerPage chatId={chatId} seq={seq} />}
      </Route>
      {/* The names of conversations in the messenger dialect, under whose addresses the app is served too. */}
      <Route path="/chat/:chatId">{toConversation}</Route>
      <Route path="/group/:chatId">{toConversation}</Route>
      <Route component={NotFoundPage} />
    </Switch>
  )
}
