// Chat Application: integer ids, one socket for each person.
import type { Dialect } from '../kit/dialect.ts'
import { userSocket } from './frames.ts'
import { chatRoutes } from './routes/chats.ts'
import { messageRoutes } from './routes/messages.ts'
import { rootRoutes } from './routes/root.ts'
import { userRoutes } from './routes/users.ts'

export const chatApplication: Dialect = {
  name: 'chat-application',
  title: 'Chat Application',
  description:
    'Users, chats and messages have integer ids. The socket of a user is at `/api/v1/ws/{user_id}?token=…`.',
  routes: [...userRoutes, ...chatRoutes, ...messageRoutes, ...rootRoutes],
  sockets: [userSocket],
  documentedBelow: ['/api/v1'],
  withoutToken: { unauthenticated: [401, 'Not authenticated'] },
  errors: {
    wrong_credentials: [401, 'Incorrect username or password'],
    unauthenticated: [401, 'Could not validate credentials'],
    forbidden: [403, 'Not enough permissions'],
  },
}
