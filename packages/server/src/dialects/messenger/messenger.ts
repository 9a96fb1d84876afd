// Messenger: pages, forms and cookies; sockets for chats, groups, and what is unread.
import type { Dialect } from '../kit/dialect.ts'
import { testData } from './demo.ts'
import { sockets } from './frames.ts'
import { plainPage } from './plain/pages.ts'
import { styleRoute } from './plain/style.ts'
import { accountRoutes } from './routes/accounts.ts'
import { chatRoutes } from './routes/chats.ts'
import { groupRoutes } from './routes/groups.ts'

export const messenger: Dialect = {
  name: 'messenger',
  title: 'Messenger',
  description:
    'Forms answer with a redirect, tokens are in cookies. Sockets: `/api/v1/chats/chat/{chat_id}`, `/api/v1/groups/{group_id}`, `/api/v1/messenger/read/status`.',
  routes: [...accountRoutes, ...chatRoutes, ...groupRoutes, styleRoute],
  sockets,
  errors: {
    wrong_credentials: [401, 'Incorrect email or password'],
    invalid_refresh_token: [401, 'Refresh token is missing or not valid'],
    already_exists: [400, 'Email already in use'],
    posting_restricted: [403, 'Only creator can post'],
  },
  cookies: {
    access: 'access_token',
    refresh: 'refresh_token',
    device: 'device_token',
    refreshPath: '/api/v1/auth',
  },
  demo: testData,
  pages: {
    addresses: {
      '/': '/',
      '/register': '/register',
      '/login': '/login',
      '/messenger': '/messenger',
      '/chat/{chat_id}': '/messenger/{chat_id}',
      '/group/{group_id}': '/messenger/{group_id}',
    },
    plain: plainPage,
  },
}
