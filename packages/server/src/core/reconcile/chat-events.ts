// What changed in a chat, as the events that would have told of it: whole objects, each with the version at which it changed, so that
// they can be heard in place of the lost ones or after them.
import type { Chat, DurableEvent, Id, Member, User } from '@parley/protocol'
import type { Envelope } from '../events.ts'
import type { ChatChanges } from './store.ts'

/** The version at which a chat and its first members are made. */
export const firstVersion = 1

/** Whom the events name. */
export interface ChatPeople {
  readonly profiles: ReadonlyMap<Id, User>
  /** Who is in the chat now; needed where the chat itself is to be told. */
  readonly present: readonly Id[]
}

/**
 * In the order of the versions, those above `since` alone. An object that changed twice is told once, so a version can be missing;
 * whoever counts them asks for it as for any other hole.
 */
export function chatEvents(changes: ChatChanges, since: number, people: ChatPeople): Envelope[] {
  const { chat, changedVersion, messages, members, tooMuch } = changes
  if (chat.deleted_at !== null) return [chatEvent(chat, 'chat_deleted', chat.version)]
  // Whoever hears of the newest version and lacks those before it asks for them.
  if (tooMuch) return [chatEvent(chat, 'chat_updated', chat.version)]
  const events = [
    ...messages.map((changed) => messageEvent(changed)),
    ...members.map((member) => memberEvent(member, chat, people.profiles)),
  ]
  if (since < firstVersion) events.push(createdEvent(chat, people))
  if (changedVersion > Math.max(since, firstVersion)) {
    events.push(chatEvent(chat, 'chat_updated', changedVersion))
  }
  return events.toSorted((one, other) => versionOf(one) - versionOf(other))
}

/** How a person stands to a chat now: who is in it follows it from here on, who is not does no longer. */
export function memberEvent(member: Member, chat: Chat, profiles: ReadonlyMap<Id, User>): Envelope {
  if (chat.deleted_at !== null) return chatEvent(chat, 'chat_deleted', chat.version)
  const { version, user_id: userId, chat_id } = member
  if (member.left_at !== null) {
    return {
      ...toChat(chat, { type: 'member_removed', chat_id, version, member, chat }),
      detach: [userId],
    }
  }
  const users = [profiles.get(userId) ?? []].flat()
  return {
    ...toChat(chat, { type: 'member_added', chat_id, version, member, chat, users }),
    attach: [userId],
  }
}

const toChat = (chat: Chat, event: DurableEvent): Envelope => ({
  audience: { kind: 'chat', chat_id: chat.id },
  event,
})

const chatEvent = (chat: Chat, type: 'chat_updated' | 'chat_deleted', version: number): Envelope =>
  toChat(chat, { type, chat_id: chat.id, version, chat })

function createdEvent(chat: Chat, { profiles, present }: ChatPeople): Envelope {
  const users = [profiles.get(chat.created_by) ?? []].flat()
  const event = { type: 'chat_created', chat_id: chat.id, version: firstVersion, chat, users } as const
  return { ...toChat(chat, event), attach: present }
}

function messageEvent({ message, changed }: ChatChanges['messages'][number]): Envelope {
  const { chat_id, version } = message
  const type =
    message.deleted_at === null ? (changed ? 'message_updated' : 'message_created') : 'message_deleted'
  return { audience: { kind: 'chat', chat_id }, event: { type, chat_id, version, message } }
}

const versionOf = ({ event }: Envelope): number => ('version' in event ? (event.version ?? 0) : 0)
