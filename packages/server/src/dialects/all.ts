// The dialects that this server speaks.
import { chatApplication } from './chat-application/chat-application.ts'
import { chatBackend } from './chat-backend/chat-backend.ts'
import type { Dialect } from './kit/dialect.ts'
import { messenger } from './messenger/messenger.ts'
import { messengerApi } from './messenger-api/messenger-api.ts'
import { windiMessenger } from './windi-messenger/windi-messenger.ts'

export const dialects: readonly Dialect[] = [
  chatApplication,
  chatBackend,
  messenger,
  messengerApi,
  windiMessenger,
]
