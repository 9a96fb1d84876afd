// One builder for each object of the wire that tests make by hand, so that a new field is added to tests in one place.
// Valid as they are; a test gives what it is about. Of no package's public face.
import type { Chat, Me, Member, Message, User } from '../src/index.ts'

const time = '2026-01-01T00:00:00.000Z'
const userId = '00000000-0000-7000-8000-000000000001'
const chatId = '00000000-0000-7000-8000-000000000002'
const messageId = '00000000-0000-7000-8000-000000000003'

/** Someone with an account that is not deleted. */
export const sampleUser = (given: Partial<User> = {}): User => ({
  id: userId,
  username: 'someone',
  name: 'Someone',
  bio: '',
  avatar_id: null,
  created_at: time,
  deleted_at: null,
  ...given,
})

/** An ordinary person's own account, without an email. */
export const sampleMe = (given: Partial<Me> = {}): Me => ({
  ...sampleUser(),
  email: null,
  email_visibility: 'contacts',
  locale: 'en',
  is_admin: false,
  ...given,
})

/** The first message of a chat whose creation took version 1. Its sender and chat are the other samples. */
export const sampleMessage = (given: Partial<Message> = {}): Message => ({
  id: messageId,
  chat_id: chatId,
  seq: 1,
  sender_id: userId,
  text: 'text',
  files: [],
  reply_to_id: null,
  created_at: time,
  edited_at: null,
  deleted_at: null,
  version: (given.seq ?? 1) + 1,
  ...given,
})

/** An ordinary member since the beginning who has read nothing. */
export const sampleMember = (given: Partial<Member> = {}): Member => ({
  chat_id: chatId,
  user_id: userId,
  role: 'member',
  joined_at: time,
  joined_seq: 0,
  read_seq: 0,
  left_at: null,
  version: 1,
  ...given,
})

/** A private group of one, just made, in which everyone may post. */
export const sampleChat = (given: Partial<Chat> = {}): Chat => ({
  id: chatId,
  kind: 'group',
  title: 'A group',
  description: '',
  posting: 'everyone',
  visibility: 'private',
  created_by: userId,
  created_at: time,
  deleted_at: null,
  member_count: 1,
  direct_user_ids: null,
  last_seq: 0,
  version: 1,
  ...given,
})
