// The browser's entry: builds the concrete parts and mounts the app.
import { indexedDbOutbox, Parley } from '@parley/client'
import { createRoot } from 'react-dom/client'
import { App, preloadPage } from './app.tsx'
import { createI18n } from './i18n/i18n.ts'
import { Session } from './session/session.ts'
import './styles/tokens.css'
import './styles/base.css'
import { showTheme, storedTheme } from './theme/theme.ts'

showTheme(storedTheme())

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

const session = new Session(Parley, () => ({ url: location.origin, outbox: indexedDbOutbox() }), localStorage)
preloadPage(location.pathname)
const i18n = await createI18n()
createRoot(root).render(<App session={session} i18n={i18n} />)
