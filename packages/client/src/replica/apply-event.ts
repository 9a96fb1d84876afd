// What each event changes in the replica. Repetition and order do not matter.
import type { ChatView, DurableEvent, Message, PassingEvent, ServerEvent } from '@parley/protocol'
import { ChatRecord, type Moment } from './chat-record.ts'
import type { ReplicaState } from './state.ts'

/** Applies an event. False if it is a repetition of a durable one, which the application need not hear again. */
export const applyEvent = (state: ReplicaState, event: ServerEvent): boolean => {
  state.moment += 1
  if (!isDurable(event)) {
    applyPassing(state, event)
    return true
  }
  if ('users' in event) state.putUsers(event.users, state.moment)
  const record = state.records.get(event.chat_id)
  return record === undefined ? applyToUnknown(state, event) : applyToKnown(state, record, event)
}

/** Takes in a view, then the events of its chat that came before it. */
export const applyView = (state: ReplicaState, view: ChatView, moment: Moment): ChatRecord | undefined => {
  const record = state.putView(view, moment)
  if (record !== undefined) applyEarly(state, view.id)
  return record
}

const applyEarly = (state: ReplicaState, chatId: string): void => {
  for (const event of state.takeEarlyEvents(chatId)) {
    const record = state.records.get(chatId)
    if (record === undefined) return
    record.reported.note(event.version)
    if (!record.held.has(event.version)) applyToKnown(state, record, event)
  }
}

const isDurable = (event: ServerEvent): event is DurableEvent => 'version' in event && event.type !== 'read'

const applyToUnknown = (state: ReplicaState, event: DurableEvent): boolean => {
  switch (event.type) {
    case 'chat_created': {
      if (state.isGone(event.chat_id, event.version)) return false
      const record = ChatRecord.ofCreated(event.chat, state.me?.id ?? '', state.moment)
      state.addRecord(event.chat_id, record)
      applyEarly(state, event.chat_id)
      return record.reported.note(event.version)
    }
    case 'chat_deleted':
      state.dropChat(event.chat_id, event.version)
      return true
    case 'member_removed':
      if (event.member.user_id !== state.me?.id) return state.keepEarlyEvent(event)
      state.dropChat(event.chat_id, event.version)
      return true
    default:
      return state.keepEarlyEvent(event)
  }
}

const applyToKnown = (state: ReplicaState, record: ChatRecord, event: DurableEvent): boolean => {
  const isNew = record.reported.note(event.version)
  record.held.note(event.version)
  switch (event.type) {
    case 'message_created':
    case 'message_updated':
    case 'message_deleted':
      applyMessage(state, record, event)
      break
    case 'chat_created':
    case 'chat_updated':
      applyNeutral(record, event.version)
      record.mergeChat(event.chat)
      break
    case 'chat_deleted':
      state.dropChat(event.chat_id, event.version)
      break
    case 'member_added':
    case 'member_updated':
    case 'member_removed':
      applyNeutral(record, event.version)
      applyMember(state, record, event)
  }
  state.touched(event.chat_id)
  return isNew
}

/** A change that leaves the unread count alone. */
const applyNeutral = (record: ChatRecord, version: number): void =>
  record.changeUnread({ version, seq: 0, delta: 0 })

const deltas = { message_created: 1, message_updated: 0, message_deleted: -1 } as const

const applyMessage = (
  state: ReplicaState,
  record: ChatRecord,
  event: {
    readonly type: keyof typeof deltas
    readonly version: number
    readonly message: Message
  },
): void => {
  const { message, version } = event
  const isOwn = message.sender_id === state.me?.id
  record.changeUnread({ version, seq: message.seq, delta: isOwn ? 0 : deltas[event.type] })
  if (event.type === 'message_created') state.typing.stop(message.chat_id, message.sender_id)
  state.putMessage(message)
}

const applyMember = (
  state: ReplicaState,
  record: ChatRecord,
  event: Extract<DurableEvent, { readonly member: unknown }>,
): void => {
  const { member, version } = event
  if ('chat' in event) record.mergeChat(event.chat)
  state.putMember(member)
  // An older word on the own membership than what is known says nothing any more.
  if (member.user_id !== state.me?.id || version <= record.ownVersion) return
  if (event.type === 'member_removed') {
    state.dropChat(event.chat_id, version)
    return
  }
  record.mergeOwnMember(member)
  if (event.type === 'member_added') state.needs.chat(event.chat_id)
}

const applyPassing = (state: ReplicaState, event: PassingEvent): void => {
  switch (event.type) {
    case 'read':
      state.putRead(event)
      return
    case 'fully_read':
      state.records.get(event.chat_id)?.mergeFullyRead(event.seq)
      break
    case 'preferences_updated':
      state.putPreferences(event.chat_id, event.preferences, state.moment)
      return
    case 'user_updated':
      state.putUsers([event.user], state.moment)
      return
    case 'me_updated':
      state.putMe(event.user)
      return
    case 'typing':
      if (event.user_id !== state.me?.id) state.typing.start(event.chat_id, event.user_id)
      state.wantUsers([event.user_id])
      return
    case 'presence':
      state.presences.put(event.user_id, { online: event.online, lastSeenAt: event.last_seen_at })
      break
    case 'session_revoked':
      return
  }
  state.changes.note()
}
