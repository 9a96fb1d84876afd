// What both doors count on beyond what the commands promise.
import { expect, test } from 'vitest'
import type { MessageDraft } from '../core/messages/store.ts'
import { unlimited } from '../security/rate-limiter.ts'
import { operations } from './operations.ts'

test('W6: a send reaches the message writer in the turn of the call', () => {
  const posted: MessageDraft[] = []
  const ports = {
    messageWriter: {
      post(draft: MessageDraft) {
        posted.push(draft)
        return Promise.resolve({ status: 'refused', code: 'not_found' } as const)
      },
      idle: () => Promise.resolve(),
    },
    clock: { now: () => new Date(0) },
    ids: { next: () => 'made by the server' },
    keyIds: { idOf: () => 'made of the key' },
    rateLimiter: unlimited,
  }
  const [chat_id, ids] = ['chat', ['first', 'second']] as const
  const sends = ids.map((id) =>
    operations.sendMessage(ports, { userId: 'u', sessionId: 's' }, { chat_id, id, text: 'text' }),
  )
  expect(posted.map(({ id }) => id)).toEqual(ids)
  return Promise.all(sends.map((sent) => expect(sent).rejects.toMatchObject({ code: 'not_found' })))
})
