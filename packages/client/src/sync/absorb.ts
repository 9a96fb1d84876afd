// Answers to calls teach the replica too, so that whoever calls reads what they wrote without waiting for the event.
import type { Member, Message, RouteAnswer, RouteName, User } from '@parley/protocol'
import type { CallParts } from '../http/call.ts'
import { applyView } from '../replica/apply-event.ts'
import type { Moment } from '../replica/chat-record.ts'
import type { ReplicaState } from '../replica/state.ts'

type Absorber<N extends RouteName> = (
  state: ReplicaState,
  answer: RouteAnswer<N>,
  parts: CallParts,
  asked: Moment,
) => void

const chat: Absorber<'getChat'> = (state, answer, _, asked) => {
  applyView(state, answer.chat, asked)
}
const message = (state: ReplicaState, answer: { readonly message: Message }) =>
  state.putMessage(answer.message)
const members = (state: ReplicaState, answer: { readonly items: readonly Member[] }) => {
  for (const member of answer.items) state.putMember(member)
}
const me: Absorber<'getMe'> = (state, answer) => {
  if (state.me !== undefined) state.putMe(answer.user)
}

/** Calls that are not listed teach nothing beyond the `users` of their answer. */
const absorbers: { readonly [N in RouteName]?: Absorber<N> } = {
  getChat: chat,
  createChat: chat,
  updateChat: chat,
  listChats: (state, answer, _, asked) => {
    for (const view of answer.items) applyView(state, view, asked)
  },
  deleteChat: (state, _, { params }) => {
    if (params?.chat_id !== undefined) state.dropChat(params.chat_id)
  },
  updatePreferences: (state, answer, { params }, asked) => {
    if (params?.chat_id !== undefined) state.putPreferences(params.chat_id, answer, asked)
  },
  getMessage: message,
  sendMessage: message,
  editMessage: message,
  deleteMessage: message,
  markRead: (state, answer) => {
    if (state.me !== undefined) state.putRead({ ...answer, user_id: state.me.id })
  },
  listMembers: members,
  addMembers: members,
  updateMember: (state, answer) => state.putMember(answer.member),
  getMe: me,
  updateMe: me,
  setAvatar: me,
  removeAvatar: me,
  getUser: (state, answer, _, asked) => state.putUsers([answer.user], asked),
  listUsers: (state, answer, _, asked) => state.putUsers(answer.items, asked),
}

/** Takes the answer of a call in. `asked`: the replica's moment when the call was made. */
export const absorbAnswer = (
  state: ReplicaState,
  name: RouteName,
  parts: CallParts,
  answer: unknown,
  asked: Moment,
): void => {
  if (typeof answer === 'object' && answer !== null && 'users' in answer && Array.isArray(answer.users)) {
    state.putUsers(answer.users as User[], asked)
  }
  const absorb = absorbers[name] as Absorber<RouteName> | undefined
  absorb?.(state, answer as RouteAnswer<RouteName>, parts, asked)
}
