// Messenger API: people log in by email, and every chat has a socket of its own.
import type { Dialect } from '../kit/dialect.ts'
import { chatSockets } from './frames.ts'
import { chatRoutes } from './routes/chats.ts'
import { healthRoutes } from './routes/health.ts'
import { userRoutes } from './routes/users.ts'

export const messengerApi: Dialect = {
  name: 'messenger-api',
  title: 'Messenger API',
  description:
    'Users and chats have integer ids, messages have UUIDs. The socket of a chat is at `/ws/{chat_id}?token=…`.',
  routes: [...userRoutes, ...chatRoutes, ...healthRoutes],
  sockets: chatSockets,
  deeds: ['change_email', 'change_username', 'change_password', 'deactivate', 'delete'],
  errors: {
    wrong_credentials: [401, 'Incorrect email or password'],
    unauthenticated: [401, 'Could not validate credentials'],
    password_required: [403, 'Log in here again to change the account'],
    forbidden: [403, 'Not enough permissions'],
    direct_chat: [400, 'The participants of a direct chat cannot be changed'],
  },
}
