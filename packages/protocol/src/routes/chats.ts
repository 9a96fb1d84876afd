// Calls about chats and their members.
import Type from 'typebox'
import {
  Chat,
  ChatView,
  Description,
  Member,
  Posting,
  Preferences,
  Role,
  Title,
  Visibility,
} from '../entities.ts'
import { Id, Time } from '../ids.ts'
import { limits } from '../limits.ts'
import {
  chatPath,
  memberPath,
  nextCursor,
  nullable,
  object,
  optional,
  page,
  pageCost,
  route,
  users,
} from './route.ts'

export const CreateDirect = object({ kind: Type.Literal('direct'), user_id: Id })
export const CreateGroup = object({
  kind: Type.Literal('group'),
  /** Chosen by the client, like a message's: the same id again gives the group that was made with it. */
  id: optional(Id),
  title: Title,
  description: optional(Description),
  member_ids: Type.Array(Id, { maxItems: limits.membersPerCall }),
  posting: optional(Posting),
  visibility: optional(Visibility),
})

const chatAnswer = object({ chat: ChatView, users })
const membersAnswer = object({ items: Type.Array(Member), users })

export const chatRoutes = {
  listChats: route({
    method: 'GET',
    path: '/api/v1/chats',
    auth: 'user',
    cost: pageCost(4, 0.1),
    tag: 'chats',
    summary: 'Own chats, newest activity first',
    query: object({
      ...page,
      archived: optional(Type.Boolean()),
      query: optional(
        Type.String({
          minLength: 1,
          maxLength: limits.titleMax,
          description: "A part of a group's title, or of the name or username of the other in a direct chat",
        }),
      ),
    }),
    answers: { 200: object({ items: Type.Array(ChatView), next_cursor: nextCursor, users }) },
  }),
  listPublicChats: route({
    method: 'GET',
    path: '/api/v1/chats/public',
    auth: 'user',
    cost: pageCost(5, 0.05),
    tag: 'chats',
    summary: 'Find public groups by a part of the title',
    query: object({ ...page, query: optional(Type.String({ maxLength: limits.titleMax })) }),
    answers: { 200: object({ items: Type.Array(Chat), next_cursor: nextCursor }) },
  }),
  createChat: route({
    method: 'POST',
    path: '/api/v1/chats',
    auth: 'user',
    cost: { call: 10, each: 0.1, of: 'member_ids' },
    tag: 'chats',
    summary: 'Make a group, or get the one direct chat with a person',
    body: Type.Union([CreateDirect, CreateGroup]),
    answers: { 201: chatAnswer, 200: chatAnswer },
  }),
  getChat: route({
    method: 'GET',
    path: '/api/v1/chats/{chat_id}',
    auth: 'user',
    cost: 2,
    tag: 'chats',
    summary: 'A chat as the caller sees it',
    params: chatPath,
    answers: { 200: chatAnswer },
  }),
  updateChat: route({
    method: 'PATCH',
    path: '/api/v1/chats/{chat_id}',
    auth: 'user',
    cost: 10,
    tag: 'chats',
    summary: 'Change a group (owner and admins)',
    params: chatPath,
    body: object({
      title: optional(Title),
      description: optional(Description),
      posting: optional(Posting),
      visibility: optional(Visibility),
    }),
    answers: { 200: chatAnswer },
  }),
  deleteChat: route({
    method: 'DELETE',
    path: '/api/v1/chats/{chat_id}',
    auth: 'user',
    cost: 20,
    tag: 'chats',
    summary: 'Delete a group for everyone (owner)',
    params: chatPath,
    answers: { 204: null },
  }),
  updatePreferences: route({
    method: 'PATCH',
    path: '/api/v1/chats/{chat_id}/preferences',
    auth: 'user',
    cost: 3,
    tag: 'chats',
    summary: 'Mute, pin or archive a chat for oneself',
    params: chatPath,
    body: object({
      muted_until: optional(nullable(Time)),
      pinned: optional(Type.Boolean()),
      archived: optional(Type.Boolean()),
    }),
    answers: { 200: Preferences },
  }),
  listMembers: route({
    method: 'GET',
    path: '/api/v1/chats/{chat_id}/members',
    auth: 'user',
    cost: pageCost(2, 0.05),
    tag: 'members',
    summary: 'Members of a chat, in the order they joined',
    params: chatPath,
    query: object(page),
    answers: { 200: object({ items: Type.Array(Member), next_cursor: nextCursor, users }) },
  }),
  addMembers: route({
    method: 'POST',
    path: '/api/v1/chats/{chat_id}/members',
    auth: 'user',
    cost: { call: 10, each: 0.1, of: 'user_ids' },
    tag: 'members',
    summary:
      'Add people (owner and admins), or join a public group oneself; those who are in stay as they are',
    params: chatPath,
    body: object({ user_ids: Type.Array(Id, { minItems: 1, maxItems: limits.membersPerCall }) }),
    answers: { 200: membersAnswer },
  }),
  updateMember: route({
    method: 'PATCH',
    path: '/api/v1/chats/{chat_id}/members/{user_id}',
    auth: 'user',
    cost: 5,
    tag: 'members',
    summary: 'Change a role (owner); making another the owner makes the caller an admin',
    params: memberPath,
    body: object({ role: Role }),
    answers: { 200: object({ member: Member, users }) },
  }),
  removeMember: route({
    method: 'DELETE',
    path: '/api/v1/chats/{chat_id}/members/{user_id}',
    auth: 'user',
    cost: 5,
    tag: 'members',
    summary: 'Remove a member, or leave; an owner who leaves hands over',
    params: memberPath,
    answers: { 204: null },
  }),
} as const
