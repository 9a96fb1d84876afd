// What has to be looked at again when it is not known whether a change was stored, by the event that would have told of it.
import type { Id } from '@parley/protocol'
import type { Envelope } from '../events.ts'

export type Doubt =
  /** Something of the chat may have changed after that version. */
  | { readonly kind: 'chat'; readonly chatId: Id; readonly since: number }
  | { readonly kind: 'message'; readonly messageId: Id }
  /** Takes no version: what the event says is read again and published in its place. */
  | { readonly kind: 'event'; readonly envelope: Envelope }

/** Null for events of which nothing is stored. An event without a case here does not compile. */
export function doubtOf(envelope: Envelope): Doubt | null {
  const { event } = envelope
  switch (event.type) {
    case 'message_created':
    case 'message_updated':
    case 'message_deleted':
    case 'chat_created':
    case 'chat_updated':
    case 'chat_deleted':
    case 'member_added':
    case 'member_updated':
    case 'member_removed':
      return { kind: 'chat', chatId: event.chat_id, since: event.version - 1 }
    case 'read':
    case 'fully_read':
    case 'preferences_updated':
    case 'session_revoked':
    case 'user_updated':
    case 'me_updated':
      return { kind: 'event', envelope }
    case 'typing':
    case 'presence':
      return null
  }
}
