// The dialects that this server speaks.
import { chatApplication } from './chat-application/chat-application.ts'
import { chatBackend } from './chat-backend/chat-backend.ts'
import type { Dialect } from './kit/dialect.ts'

export const dialects: readonly Dialect[] = [chatApplication, chatBackend]
