// Every call of the protocol with its handler; one that is missing does not compile.
import { AppError } from '../../core/errors.ts'
import { sync } from '../../core/sync/sync.ts'
import type { Handlers } from '../call.ts'
import { authHandlers } from './auth.ts'
import { chatHandlers } from './chats.ts'
import { fileHandlers } from './files.ts'
import { memberHandlers } from './members.ts'
import { messageHandlers } from './messages.ts'
import { userHandlers } from './users.ts'

export const handlers: Handlers = {
  ...authHandlers,
  ...userHandlers,
  ...chatHandlers,
  ...memberHandlers,
  ...messageHandlers,
  ...fileHandlers,

  async sync({ ports }, { actor, body }) {
    return { status: 200, body: await sync(ports, actor, body.chats) }
  },

  /** Where the server allows it or the caller is its operator. */
  async seedDemo({ seedDemo }, { body }) {
    const report = await seedDemo?.(body)
    if (report === undefined) throw new AppError('not_found')
    return { status: 200, body: report }
  },
}
