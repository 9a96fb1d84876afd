// Calls about messages, read cursors and typing.
import Type from 'typebox'
import { FileIds, Message, MessageRead, MessageText, Revision } from '../entities.ts'
import { Id, Seq, Time, Version } from '../ids.ts'
import { chatPath, messagePath, nullable, object, optional, page, pageCost, route, users } from './route.ts'

/** With a text, files or both. */
export const SendBody = object({
  id: optional(Id),
  text: optional(MessageText),
  file_ids: optional(FileIds),
  reply_to_id: optional(nullable(Id)),
})

const messageAnswer = object({ message: Message, users })
const readAnswer = object({
  chat_id: Id,
  seq: Seq,
  at: Time,
  unread_count: Type.Integer({ minimum: 0 }),
  version: Version,
})

export const messageRoutes = {
  listMessages: route({
    method: 'GET',
    path: '/api/v1/chats/{chat_id}/messages',
    auth: 'user',
    cost: pageCost(2, 0.04),
    tag: 'messages',
    summary: 'A page of history, ascending: the latest, or before, after or around a seq, or from a time on',
    params: chatPath,
    query: object({
      before: optional(Seq),
      after: optional(Seq),
      around: optional(Seq),
      at: optional(Time),
      limit: page.limit,
    }),
    answers: {
      200: object({
        items: Type.Array(Message),
        has_before: Type.Boolean(),
        has_after: Type.Boolean(),
        users,
      }),
    },
  }),
  sendMessage: route({
    method: 'POST',
    path: '/api/v1/chats/{chat_id}/messages',
    auth: 'user',
    cost: 2,
    tag: 'messages',
    summary: 'Send; the same id again (or Idempotency-Key) gives the stored message',
    params: chatPath,
    body: SendBody,
    answers: { 201: messageAnswer, 200: messageAnswer },
  }),
  getMessage: route({
    method: 'GET',
    path: '/api/v1/messages/{message_id}',
    auth: 'user',
    cost: 1,
    tag: 'messages',
    summary: 'One message',
    params: messagePath,
    answers: { 200: messageAnswer },
  }),
  editMessage: route({
    method: 'PATCH',
    path: '/api/v1/messages/{message_id}',
    auth: 'user',
    cost: 2,
    tag: 'messages',
    summary: 'Change the text (sender)',
    params: messagePath,
    body: object({ text: MessageText }),
    answers: { 200: messageAnswer },
  }),
  deleteMessage: route({
    method: 'DELETE',
    path: '/api/v1/messages/{message_id}',
    auth: 'user',
    cost: 2,
    tag: 'messages',
    summary: 'Delete for everyone (sender, owner, admin)',
    params: messagePath,
    answers: { 200: messageAnswer },
  }),
  listRevisions: route({
    method: 'GET',
    path: '/api/v1/messages/{message_id}/revisions',
    auth: 'user',
    cost: 2,
    tag: 'messages',
    summary: 'Former texts, the oldest first',
    params: messagePath,
    answers: { 200: object({ items: Type.Array(Revision) }) },
  }),
  listMessageReads: route({
    method: 'GET',
    path: '/api/v1/messages/{message_id}/reads',
    auth: 'user',
    cost: 4,
    tag: 'messages',
    summary: 'Who has read the message, and when',
    params: messagePath,
    answers: { 200: object({ items: Type.Array(MessageRead), users }) },
  }),
  markRead: route({
    method: 'PUT',
    path: '/api/v1/chats/{chat_id}/read',
    auth: 'user',
    cost: 1,
    tag: 'messages',
    summary: 'Move the own cursor up to a seq; it never falls',
    params: chatPath,
    body: object({ seq: Seq }),
    answers: { 200: readAnswer },
  }),
  sendTyping: route({
    method: 'POST',
    path: '/api/v1/chats/{chat_id}/typing',
    auth: 'user',
    cost: 1,
    tag: 'messages',
    summary: 'Show the others that one is typing',
    params: chatPath,
    answers: { 204: null },
  }),
} as const
