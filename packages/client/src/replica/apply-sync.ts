// Takes in what a resume brings: `ready`, and the answer of POST /sync. Both list every change since named versions.
import type { DurableEvent, Message, SyncAnswer } from '@parley/protocol'
import { applyView } from './apply-event.ts'
import type { ChatRecord, Moment } from './chat-record.ts'
import type { ReplicaState } from './state.ts'

export interface SyncQuestion {
  /** The versions that the client said it holds. */
  readonly named: ReadonlyMap<string, number>
  /** When it asked. */
  readonly moment: Moment
  /** `ready`: a new connection, which misses what happened in the chats that were not named. */
  readonly isReady: boolean
}

/**
 * Applies the answer. Returns the messages that changed while the client was away as the events that would have told of
 * them, one for each in its present shape, ascending by version in each chat.
 */
export const applySync = (
  state: ReplicaState,
  answer: SyncAnswer,
  question: SyncQuestion,
): DurableEvent[] => {
  state.putUsers(answer.users, question.moment)
  for (const chatId of answer.removed) {
    if (question.named.has(chatId)) state.dropChat(chatId)
  }
  const missed = missedMessages(state, answer)
  const gaps = new Set(answer.gaps)
  for (const view of answer.chats) {
    // The database was put back to an earlier time: what was known of later is not so any more.
    if (gaps.has(view.id) && view.version < (question.named.get(view.id) ?? 0)) state.forgetChat(view.id)
    const known = state.records.get(view.id)
    if (known !== undefined && (gaps.has(view.id) || isBeyond(known, view.version, question))) {
      state.forgetHistory(view.id)
    }
    applyView(state, view, question.moment)
  }
  for (const message of [...answer.messages].sort((a, b) => a.seq - b.seq)) takeMessage(state, message)
  for (const member of answer.members) takeMember(state, member)
  for (const view of answer.chats) {
    if (!question.named.has(view.id) && !question.isReady) continue
    const record = state.records.get(view.id)
    record?.held.advance(view.version)
    record?.reported.advance(view.version)
  }
  const objects = [...answer.messages, ...answer.members]
  const chatIds = [...answer.chats.map(({ id }) => id), ...objects.map(({ chat_id }) => chat_id)]
  for (const chatId of new Set(chatIds)) state.touched(chatId)
  return missed
}

/** The chat went on while nobody listened, and was not asked about. */
const isBeyond = (record: ChatRecord, version: number, question: SyncQuestion): boolean =>
  question.isReady && !question.named.has(record.view.id) && version > record.held.contiguous

const takeMessage = (state: ReplicaState, message: Message): void => {
  state.records.get(message.chat_id)?.held.expect(message.version)
  state.putMessage(message)
}

const takeMember = (state: ReplicaState, member: SyncAnswer['members'][number]): void => {
  const record = state.records.get(member.chat_id)
  if (record === undefined) return
  record.held.expect(member.version)
  state.putMember(member)
  if (member.user_id === state.me?.id) record.mergeOwnMember(member)
}

const missedMessages = (state: ReplicaState, answer: SyncAnswer): DurableEvent[] =>
  answer.messages
    .filter(({ chat_id, version }) => {
      const record = state.records.get(chat_id)
      return record !== undefined && !record.held.has(version) && !record.reported.has(version)
    })
    .sort((a, b) => (a.chat_id === b.chat_id ? a.version - b.version : a.chat_id < b.chat_id ? -1 : 1))
    .map((message) => ({
      type: typeOf(message, state.records.get(message.chat_id)?.lastSeq ?? 0),
      chat_id: message.chat_id,
      version: message.version,
      message,
    }))

/** A message that was made and edited meanwhile is new to this client. */
const typeOf = (message: Message, knownSeq: number) => {
  if (message.deleted_at !== null) return 'message_deleted'
  return message.seq > knownSeq ? 'message_created' : 'message_updated'
}
