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
  documentedBelow: ['/api/v1'],
  withoutToken: { unauthenticated: [401, 'Not authenticated'] },
  errors: {
    wrong_credentials: [401, 'Email или пароль не подходят'],
    unauthenticated: [403, 'Could not validate credentials'],
    session_revoked: [403, 'Could not validate credentials'],
    invalid_refresh_token: [403, 'Could not validate credentials'],
    account_disabled: [403, 'Учётная запись отключена администратором сервера'],
    registration_closed: [403, 'Регистрация на этом сервере закрыта'],
    password_required: [403, 'Войдите здесь ещё раз, чтобы изменить учётную запись'],
    weak_password: [422, 'Такой пароль легко угадать'],
    forbidden: [403, 'Недостаточно прав'],
    posting_restricted: [403, 'В этот чат пишут только администраторы'],
    direct_chat: [400, 'Состав личного чата изменить нельзя'],
    chat_full: [409, 'В группе больше нет места'],
    deleted: [409, 'Сообщение удалено'],
    rate_limited: [429, 'Слишком много запросов'],
    too_fast: [429, 'Слишком много сообщений подряд'],
    unavailable: [503, 'Сервер сейчас не может этого сделать'],
  },
}
