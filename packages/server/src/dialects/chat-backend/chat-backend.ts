// Chat Backend: messages that are edited and deleted, files and avatars.
import type { Dialect } from '../kit/dialect.ts'
import { userSocket } from './frames.ts'
import { accountRoutes } from './routes/accounts.ts'
import { chatRoutes } from './routes/chats.ts'
import { fileRoutes } from './routes/files.ts'
import { messageRoutes } from './routes/messages.ts'

export const chatBackend: Dialect = {
  name: 'chat-backend',
  title: 'Chat Backend API',
  description:
    'Users, chats, messages and files have integer ids. The socket of a user is at `/ws/{user_id}?token=…`. Files are for members of their chats: pictures can be loaded with `?token=…`.',
  routes: [...accountRoutes, ...chatRoutes, ...messageRoutes, ...fileRoutes],
  sockets: [userSocket],
  errors: {
    wrong_credentials: [401, 'Invalid credentials'],
    forbidden: [403, 'Not enough permissions'],
    file_too_large: [413, 'The file is too large'],
    invalid_image: [400, 'The file is not an image that can be read'],
  },
}
