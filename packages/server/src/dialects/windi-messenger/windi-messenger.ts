// WinDI Messenger: UUIDs, and one socket whose client says which chats it wants to hear.
import type { Dialect } from '../kit/dialect.ts'
import { demo } from './demo.ts'
import { actionSocket } from './frames.ts'
import { pageRoutes } from './page.ts'
import { groupRoutes } from './routes/groups.ts'
import { routes } from './routes/routes.ts'

export const windiMessenger: Dialect = {
  name: 'windi-messenger',
  title: 'WinDI Messenger',
  description:
    'Every path is also below `/api/v1`. The socket is at `/ws?token=…`, and a page to try it by hand at [static/index.html](static/index.html).',
  prefixes: ['/api/v1'],
  routes: [...routes, ...groupRoutes, ...pageRoutes],
  sockets: [actionSocket],
  demo,
  documentedBelow: ['/api/v1'],
  withoutToken: { unauthenticated: [403, 'Not authenticated'] },
  errors: {
    unauthenticated: [401, 'Invalid token'],
    session_revoked: [401, 'Invalid token'],
    wrong_credentials: [401, 'Invalid email or password'],
    forbidden: [403, 'Access denied'],
  },
}
