// The contract's objects, made from those of the core. Ids are UUIDs; files and avatars have addresses.

import type { File, Id, Message, User } from '@parley/protocol'
import Type from 'typebox'
import type { FullChat } from '../../core/chats/list-full-chats.ts'
import type { Facts } from '../../core/entity-cache/entity-cache.ts'
import type { ReadMessage } from '../../core/messages/list-visible.ts'
import { displayName } from '../kit/names.ts'
import { nullable, object, Uuid } from '../kit/route.ts'

export const avatarPath = '/media/avatars'
export const filePath = '/media/messages'

export const UserShape = object({
  id: Uuid,
  username: Type.String(),
  email: nullable(Type.String()),
  avatar: nullable(Type.String()),
  created_at: Type.String(),
})
const FileShape = object({
  id: Uuid,
  filename: Type.String(),
  url: Type.String(),
  content_type: Type.String(),
  size: Type.Integer(),
  width: nullable(Type.Integer()),
  height: nullable(Type.Integer()),
})
export const MessageShape = object({
  id: Uuid,
  chat_id: Uuid,
  sender_id: Uuid,
  sender: UserShape,
  content: Type.String(),
  text: Type.String(),
  files: Type.Array(FileShape),
  created_at: Type.String(),
  updated_at: nullable(Type.String()),
  is_read: Type.Boolean(),
})
export const ChatShape = object({
  id: Uuid,
  name: nullable(Type.String()),
  is_group: Type.Boolean(),
  created_at: Type.String(),
  created_by: Uuid,
  participants: Type.Array(UserShape),
  last_message: nullable(MessageShape),
  unread_count: Type.Integer(),
})

/** What is known of people, and where addresses begin. */
export interface Place {
  readonly facts: Facts
  readonly base: string
}

/** The email is for its owner alone, and the contract finds nobody by it. */
export const userOf = ({ base }: Pick<Place, 'base'>, person: User, email: string | null = null) => ({
  id: person.id,
  username: displayName(person),
  email,
  avatar: person.avatar_id === null ? null : `${base}${avatarPath}/${person.avatar_id}`,
  created_at: person.created_at,
})

const fileOf = ({ base }: Place, file: File) => ({
  id: file.id,
  filename: file.name,
  url: `${base}${filePath}/${file.id}`,
  content_type: file.media_type,
  size: file.size,
  width: file.width,
  height: file.height,
})

export function messageOf(place: Place, message: Message, isRead: boolean) {
  const text = message.text ?? ''
  return {
    id: message.id,
    chat_id: message.chat_id,
    sender_id: message.sender_id,
    sender: userOf(place, place.facts.person(message.sender_id)),
    content: text,
    text,
    files: message.files.map((file) => fileOf(place, file)),
    created_at: message.created_at,
    updated_at: message.edited_at,
    is_read: isRead,
  }
}

export const readMessageOf = (place: Place, { message, reads }: ReadMessage) =>
  messageOf(place, message, reads.length > 0)

/** A direct chat bears the name of the other person. */
export function chatOf(place: Place, viewerId: Id, { chat, members, lastIsRead }: FullChat) {
  const participants = members.map((member) => userOf(place, place.facts.person(member.user_id)))
  const other = participants.find(({ id }) => id !== viewerId) ?? participants[0]
  const last = chat.last_message
  return {
    id: chat.id,
    name: chat.title ?? other?.username ?? null,
    is_group: chat.kind === 'group',
    created_at: chat.created_at,
    created_by: chat.created_by,
    participants,
    last_message: last === null || last.deleted_at !== null ? null : messageOf(place, last, lastIsRead),
    unread_count: chat.unread_count,
  }
}
