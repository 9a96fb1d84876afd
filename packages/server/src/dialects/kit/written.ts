// Events of messages in contracts that show the writer's email: encoded once for everyone but where the writer sees another address than the
// others do.
import type { Id, Message } from '@parley/protocol'
import type { EntityCache, Facts } from '../../core/entity-cache/entity-cache.ts'
import { type MaybePromise, whenReady } from '../../core/entity-cache/maybe-promise.ts'
import { type Emails, writerEmail } from '../../core/people/emails.ts'
import type { EventFrames } from './socket.ts'

/** `shape` is called with the writer's email alone. */
export const encodeWritten = (
  entities: EntityCache,
  message: Message,
  shape: (facts: Facts, emails: Emails) => object,
): MaybePromise<EventFrames> =>
  whenReady(entities.lookUp({ people: [message.sender_id], chats: [message.chat_id] }), (facts) =>
    whenReady(
      writerEmail(entities, facts.person(message.sender_id), facts.chat(message.chat_id)),
      ({ others, own }) => {
        const told = shape(facts, () => others)
        if (own === others) return told
        const toldOwn = shape(facts, () => own)
        return (userId: Id) => (userId === message.sender_id ? toldOwn : told)
      },
    ),
  )
