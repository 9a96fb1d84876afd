// The browser's entry: builds the concrete parts and mounts the app.
import { indexedDbOutbox, indexedDbReplica, OutboxError, Parley, ReplicaStoreError } from '@parley/client'
import { createRoot } from 'react-dom/client'
import { App, preloadPage } from './app.tsx'
import { createI18n } from './i18n/i18n.ts'
import { AppUpdates } from './service-worker/app-updates.ts'
import { findWorker } from './service-worker/find-worker.ts'
import { deviceStorage } from './session/device-storage.ts'
import { Session } from './session/session.ts'
import './styles/tokens.css'
import './styles/base.css'
import { showTheme, storedTheme } from './theme/theme.ts'

showTheme(storedTheme())

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

/** A device that cannot keep is no fault of the page: what waits is sent all the same, and what was known is asked for again. */
const onError = (error: unknown) => {
  if (error instanceof OutboxError || error instanceof ReplicaStoreError)
    console.warn(error.message, error.cause)
  else reportError(error)
}

const options = () => ({
  url: location.origin,
  outbox: indexedDbOutbox(),
  replicaStore: indexedDbReplica(),
  onError,
})
const session = new Session(Parley, options, deviceStorage())
session.watch(window)
preloadPage(location.pathname)
const i18n = await createI18n()
const updates = new AppUpdates(findWorker(), () => location.reload())
createRoot(root).render(<App session={session} i18n={i18n} updates={updates} />)
