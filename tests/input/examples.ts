// A request of every kind that fits, with every field that there is: what the bad ones are made from.
import { randomUUID } from 'node:crypto'
import type { ClientFrame, ClientFrameType, RouteName } from '@parley/protocol'
import type { PartsOf } from '../access/http-door.ts'
import { type Person, password } from '../access/people.ts'
import type { Scene } from '../access/stage.ts'

type Examples = { readonly [N in RouteName]: readonly PartsOf<N>[] }

const time = '2026-01-31T12:00:00.000Z'

/** The requests fit, but need not succeed. */
export function examplesOf({ chatId, messages, cast, fileId }: Scene): Examples {
  const chat = { chat_id: chatId }
  const message = { message_id: messages.owner ?? '' }
  const file = { file_id: fileId ?? '' }
  const member = { ...chat, user_id: cast.member.id }
  return {
    register: [
      {
        body: {
          username: 'somebody',
          email: 'somebody@example.org',
          name: 'Somebody',
          password,
          locale: 'en',
          transport: 'body',
        },
      },
    ],
    login: [{ body: { login: 'nobody', password, transport: 'body' } }],
    refresh: [{ body: { refresh_token: cast.revoked.refreshToken } }],
    logout: [{ body: {} }, { body: { refresh_token: 'none' } }],
    listSessions: [{}],
    revokeSession: [{ params: { session_id: randomUUID() } }],
    changePassword: [{ body: { current_password: 'not it', new_password: password } }],
    getMe: [{}],
    updateMe: [
      {
        body: {
          username: `${cast.owner.username}.x`,
          email: 'another@example.org',
          name: 'Another',
          bio: 'about',
          locale: 'ru',
        },
      },
    ],
    deleteMe: [{ body: { password: 'not it' } }],
    uploadFile: [{ upload: 'content' }],
    getFile: [{ params: file }],
    getThumbnail: [{ params: file }],
    setAvatar: [{ upload: 'no picture' }],
    removeAvatar: [{}],
    listUsers: [{ query: { query: 'a', limit: 1, ids: cast.member.id } }],
    getUser: [{ params: { user_id: cast.member.id } }],
    listChats: [{ query: { limit: 1, archived: false } }, { query: { query: 'a' } }],
    listPublicChats: [{ query: { query: 'a', limit: 1 } }],
    createChat: [
      { body: { kind: 'direct', user_id: cast.member.id } },
      {
        body: {
          kind: 'group',
          title: 'a group',
          description: 'about',
          member_ids: [cast.member.id],
          posting: 'everyone',
          visibility: 'private',
        },
      },
    ],
    getChat: [{ params: chat }],
    updateChat: [
      {
        params: chat,
        body: { title: 'a group', description: 'about', posting: 'everyone', visibility: 'private' },
      },
    ],
    deleteChat: [{ params: chat }],
    updatePreferences: [{ params: chat, body: { muted_until: time, pinned: true, archived: false } }],
    listMembers: [{ params: chat, query: { limit: 1 } }],
    addMembers: [{ params: chat, body: { user_ids: [cast.member.id] } }],
    updateMember: [{ params: member, body: { role: 'member' } }],
    removeMember: [{ params: member }],
    listMessages: [
      { params: chat, query: { before: 2, limit: 1 } },
      { params: chat, query: { after: 0 } },
      { params: chat, query: { around: 1 } },
      { params: chat, query: { at: time } },
    ],
    sendMessage: [
      { params: chat, body: { id: randomUUID(), text: 'hello', reply_to_id: message.message_id } },
    ],
    getMessage: [{ params: message }],
    editMessage: [{ params: message, body: { text: 'changed' } }],
    deleteMessage: [{ params: message }],
    listRevisions: [{ params: message }],
    listMessageReads: [{ params: message }],
    markRead: [{ params: chat, body: { seq: 1 } }],
    sendTyping: [{ params: chat }],
    sync: [{ body: { chats: { [chatId]: 0 } } }],
    seedDemo: [{ body: { seed: 1, operator_key: 'none' } }],
  }
}

type FrameExamples = { readonly [T in ClientFrameType]: Extract<ClientFrame, { type: T }> }

export function frameExamplesOf({ chatId, messages, cast }: Scene, self: Person): FrameExamples {
  const message_id = messages.owner ?? ''
  return {
    hello: { type: 'hello', ref: 1, token: self.token, chats: { [chatId]: 0 } },
    send_message: {
      type: 'send_message',
      ref: 1,
      chat_id: chatId,
      id: randomUUID(),
      text: 'hello',
      reply_to_id: message_id,
    },
    edit_message: { type: 'edit_message', ref: 1, message_id, text: 'changed' },
    delete_message: { type: 'delete_message', ref: 1, message_id },
    read: { type: 'read', ref: 1, chat_id: chatId, seq: 1 },
    typing: { type: 'typing', ref: 1, chat_id: chatId },
    watch_presence: { type: 'watch_presence', ref: 1, user_ids: [cast.member.id] },
    ping: { type: 'ping', ref: 1 },
  }
}
