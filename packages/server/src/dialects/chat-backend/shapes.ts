// The contract's objects, made from those of the core: with the fields of the program behind the document, and those of clients written from
// the document. Every id is an integer; files and avatars have addresses.

import type { File, Id, Message } from '@parley/protocol'
import Type from 'typebox'
import type { FullChat } from '../../core/chats/list-full-chats.ts'
import type { Facts } from '../../core/entity-cache/entity-cache.ts'
import type { ReadMessage } from '../../core/messages/list-visible.ts'
import type { Emails } from '../../core/people/emails.ts'
import type { Person } from '../../core/people/store.ts'
import { addressOf } from '../kit/addresses.ts'
import { displayName, fullName } from '../kit/names.ts'
import { IntegerId, nullable, object } from '../kit/route.ts'
import { fileNumber } from './ids.ts'

export const avatarPath = '/media/avatars'
export const filePath = '/media/messages'

const text = Type.String()

const PersonShape = object({
  id: IntegerId,
  name: text,
  username: text,
  avatar: nullable(text),
  created_at: text,
})
export const UserShape = object({ ...PersonShape.properties, email: text, city: Type.Null() })
export const AccountShape = object({ ...UserShape.properties, access_token: text, token_type: text })
const FileShape = object({
  id: IntegerId,
  filename: text,
  file_path: text,
  file_size: Type.Integer(),
  file_type: text,
  url: text,
  content_type: text,
  size: Type.Integer(),
  width: nullable(Type.Integer()),
  height: nullable(Type.Integer()),
})
export const MessageShape = object({
  id: IntegerId,
  chat_id: IntegerId,
  sender_id: IntegerId,
  sender: PersonShape,
  content: text,
  text,
  files: Type.Array(FileShape),
  created_at: text,
  edited_at: nullable(text),
  updated_at: nullable(text),
  is_read: Type.Boolean(),
})
export const UploadShape = object({ ...FileShape.properties, message: MessageShape })
export const ChatShape = object({
  id: IntegerId,
  user1_id: IntegerId,
  user2_id: nullable(IntegerId),
  created_at: text,
  name: nullable(text),
  is_group: Type.Boolean(),
  created_by: IntegerId,
  participants: Type.Array(PersonShape),
  last_message: nullable(MessageShape),
  unread_count: Type.Integer(),
})

/** What is known of people, and where addresses begin. */
export interface Place {
  readonly facts: Facts
  readonly base: string
}

/** As everybody sees a person: in events all see the same. */
export const personOf = ({ base }: Pick<Place, 'base'>, person: Person) => ({
  id: person.number,
  name: fullName(person),
  username: displayName(person),
  avatar: person.avatar_id === null ? null : `${base}${avatarPath}/${person.avatar_id}`,
  created_at: person.created_at,
})

/** Nothing is known of cities. */
export const userOf = (place: Pick<Place, 'base'>, person: Person, email: Emails) => ({
  ...personOf(place, person),
  email: addressOf(person, email),
  city: null,
})

/** The path of the program begins where its clients put the address of the server in front. */
export function fileOf({ base }: Place, messageNumber: number, file: File, index: number) {
  const address = `${filePath}/${file.id}${extensionOf(file.name)}`
  return {
    id: fileNumber(messageNumber, index),
    filename: file.name,
    file_path: address.slice(1),
    file_size: file.size,
    file_type: file.media_type,
    url: base + address,
    content_type: file.media_type,
    size: file.size,
    width: file.width,
    height: file.height,
  }
}

/** With its dot; empty for none, and for what would have to be encoded in an address. */
const extensionOf = (name: string): string => /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0] ?? ''

export function messageOf(place: Place, number: number, message: Message, isRead: boolean) {
  const { facts } = place
  const content = message.text ?? ''
  return {
    id: number,
    chat_id: facts.chat(message.chat_id).number,
    sender_id: facts.person(message.sender_id).number,
    sender: personOf(place, facts.person(message.sender_id)),
    content,
    text: content,
    files: message.files.map((file, index) => fileOf(place, number, file, index)),
    created_at: message.created_at,
    edited_at: message.edited_at,
    updated_at: message.edited_at,
    is_read: isRead,
  }
}

export const readMessageOf = (place: Place, { message, reads }: ReadMessage) =>
  messageOf(place, place.facts.numberOf(message), message, reads.length > 0)

/** A direct chat bears the name of the other person; only such a chat has two users. */
export function chatOf(place: Place, viewerId: Id, { chat, members, lastIsRead }: FullChat) {
  const { facts } = place
  const people = members.map((member) => facts.person(member.user_id))
  const other = people.find(({ id }) => id !== viewerId) ?? people[0]
  const second = people.find(({ id }) => id !== chat.created_by) ?? people[0]
  const last = chat.last_message
  return {
    id: facts.chat(chat.id).number,
    user1_id: facts.person(chat.created_by).number,
    user2_id: chat.kind === 'group' ? null : (second?.number ?? null),
    created_at: chat.created_at,
    name: chat.title ?? (other === undefined ? null : displayName(other)),
    is_group: chat.kind === 'group',
    created_by: facts.person(chat.created_by).number,
    participants: people.map((person) => personOf(place, person)),
    last_message:
      last === null || last.deleted_at !== null
        ? null
        : messageOf(place, facts.numberOf(last), last, lastIsRead),
    unread_count: chat.unread_count,
  }
}
