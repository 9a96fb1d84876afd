// Catching up over HTTP.
import { sync } from '../../core/sync/sync.ts'
import type { Handlers } from '../call.ts'

export const syncHandlers = {
  async sync({ ports }, { actor, body }) {
    return { status: 200, body: await sync(ports, actor, body.chats) }
  },
} satisfies Partial<Handlers>
