// Every call of the protocol with its handler; one that is missing does not compile.
import type { Handlers } from '../call.ts'
import { authHandlers } from './auth.ts'
import { chatHandlers } from './chats.ts'
import { demoHandlers } from './demo.ts'
import { fileHandlers } from './files.ts'
import { memberHandlers } from './members.ts'
import { messageHandlers } from './messages.ts'
import { syncHandlers } from './sync.ts'
import { userHandlers } from './users.ts'

export const handlers: Handlers = {
  ...authHandlers,
  ...userHandlers,
  ...chatHandlers,
  ...memberHandlers,
  ...messageHandlers,
  ...fileHandlers,
  ...syncHandlers,
  ...demoHandlers,
}
