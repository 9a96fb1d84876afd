// Chat Backend: messages that are edited and deleted, files and avatars.
import type { Dialect } from '../kit/dialect.ts'
import { fileRoutes } from './file-routes.ts'
import { userSocket } from './frames.ts'
import { routes } from './routes.ts'

export const chatBackend: Dialect = {
  name: 'chat-backend',
  title: 'Chat Backend API',
  description:
    'The socket of a user is at `/ws/{user_id}?token=…`. Files are for members of their chats: pictures can be loaded with `?token=…`.',
  routes: [...routes, ...fileRoutes],
  sockets: [userSocket],
  errors: {
    wrong_credentials: [401, 'Incorrect username or password'],
    forbidden: [403, 'Not enough permissions'],
    file_too_large: [413, 'The file is too large'],
    invalid_image: [400, 'The file is not an image that can be read'],
  },
}
