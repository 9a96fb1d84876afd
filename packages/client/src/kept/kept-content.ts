// What of the replica is kept, and what of the kept is taken back. A store may give back anything: what cannot be read is dropped.
import type { ChatView, Me, User } from '@parley/protocol'
import type { ChatRecord } from '../replica/chat-record.ts'
import type { ReplicaState } from '../replica/state.ts'
import { lastSeq, type Window } from '../replica/window.ts'
import type { KeptChat, KeptReplica } from '../types.ts'

/** The chat as it can be kept: with everything up to its version. Undefined while anything of that is missing. */
export const keptChatOf = (record: ChatRecord, tail: Window | undefined): KeptChat | undefined => {
  if (!record.isWhole) return undefined
  const { view } = record
  const isUsable = tail !== undefined && tail.ahead.length === 0 && lastSeq(tail) >= view.last_seq
  return { view, tail: isUsable ? { messages: tail.messages, hasBefore: tail.hasBefore } : null }
}

/** Puts in what is kept, where nothing is known yet. Returns what could be read of it. */
export const takeKept = (state: ReplicaState, kept: KeptReplica): Omit<KeptReplica, 'copy'> => {
  const me = isMe(kept.me) ? kept.me : null
  const users = kept.users.filter(isUser)
  const chats = kept.chats.filter(isKeptChat)
  if (me !== null && state.me === undefined) state.putMe(me)
  state.people.putKept(users)
  for (const { view, tail } of chats) {
    state.putKept(view, tail === null ? undefined : { ...tail, hasAfter: false, ahead: [] })
  }
  return { me, users, chats }
}

/** The people whose profiles are needed to show a chat. */
export const peopleOf = ({ view, tail }: KeptChat): string[] => [
  ...(view.direct_user_ids ?? []),
  ...(view.last_message === null ? [] : [view.last_message.sender_id]),
  ...(tail?.messages.map(({ sender_id }) => sender_id) ?? []),
]

/** Whether two views, or two of whatever is as plain, say the same. */
export const isSame = (a: object | null, b: object | null): boolean => {
  if (a === b || a === null || b === null) return a === b
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  const isEqual = (key: string) =>
    left[key] === right[key] || JSON.stringify(left[key]) === JSON.stringify(right[key])
  return Object.keys({ ...a, ...b }).every(isEqual)
}

type Shape = Readonly<Record<string, 'string' | 'number' | 'boolean'>>

const has = (value: unknown, shape: Shape): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(shape).every(([name, type]) => typeof (value as Record<string, unknown>)[name] === type)

const isUser = (value: unknown): value is User =>
  has(value, { id: 'string', name: 'string', created_at: 'string' })

const isMe = (value: unknown): value is Me => isUser(value) && has(value, { locale: 'string' })

const viewShape: Shape = {
  ...{ id: 'string', kind: 'string', role: 'string', created_at: 'string', version: 'number' },
  ...{ last_seq: 'number', joined_seq: 'number', read_seq: 'number', unread_count: 'number' },
  ...{ fully_read_seq: 'number', pinned: 'boolean', archived: 'boolean' },
}

const isView = (value: unknown): value is ChatView =>
  has(value, viewShape) && (value.last_message === null || isMessageOf(value.last_message, value.id))

const isMessageOf = (value: unknown, chatId: unknown): boolean =>
  has(value, { id: 'string', seq: 'number', sender_id: 'string', version: 'number', created_at: 'string' }) &&
  value.chat_id === chatId &&
  Array.isArray(value.files)

/** The messages must be what a tail is: contiguous, and up to the end of the chat. */
const isKeptChat = (value: unknown): value is KeptChat => {
  if (!has(value, {}) || !isView(value.view)) return false
  const { view, tail } = value
  if (tail === null) return true
  if (!has(tail, { hasBefore: 'boolean' }) || !Array.isArray(tail.messages)) return false
  const messages = tail.messages as readonly { readonly seq: number }[]
  const first = messages[0]?.seq ?? 1
  const fits = messages.every((message, at) => isMessageOf(message, view.id) && message.seq === first + at)
  return (
    fits && lastSeq(tail as unknown as Window) >= view.last_seq && (tail.hasBefore === true || first === 1)
  )
}
