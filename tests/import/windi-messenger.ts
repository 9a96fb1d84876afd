// A database as windi-messenger keeps it.
import { randomUUID } from 'node:crypto'
import type { Program } from './program.ts'
import { insertRows, preciseTimes } from './rows.ts'
import { worldHash } from './world.ts'

export const windiMessenger: Program = {
  name: 'windi-messenger',
  traits: {
    ids: 'uuid',
    usernames: false,
    accountTimes: true,
    joinTimes: true,
    readTimes: true,
    groups: { titles: 'all', creators: true, maybeLeft: true },
    channels: false,
    severalDirect: false,
  },
  async writePeople(client, { people, chats }) {
    await insertRows(
      client,
      'users (id, name, email, hashed_password, created_at)',
      people.map(({ id, name, email, createdAt }) => [id, name, email, worldHash, createdAt]),
    )
    const groups = chats.filter(({ kind }) => kind === 'group')
    await insertRows(
      client,
      'groups (id, title, creator_id)',
      groups.map(({ ids: [id], title, creator }) => [id, title, creator?.id]),
    )
    await insertRows(
      client,
      'chats (id, name, type, group_id, created_at)',
      chats.map(({ ids: [id], title, kind, createdAt }) =>
        kind === 'direct' ? [id, title, 'PERSONAL', null, createdAt] : [id, title, 'GROUP', id, createdAt],
      ),
    )
    await insertRows(
      client,
      'chat_members (chat_id, user_id, joined_at)',
      chats.flatMap(({ ids: [id], members }) =>
        members.filter(({ isGone }) => !isGone).map(({ person, joinedAt }) => [id, person.id, joinedAt]),
      ),
    )
  },
  async writeMessages(client, { messages }) {
    const times = preciseTimes(messages)
    await insertRows(
      client,
      'messages (id, chat_id, sender_id, text, idempotency_key, created_at)',
      messages.map((message) => {
        const { id, chatId, sender, text } = message
        return [id, chatId, sender.id, text, id, times.get(message)]
      }),
    )
    await insertRows(
      client,
      'message_read_states (id, message_id, user_id, read_at)',
      messages.flatMap(({ id, reads, sender, at }) =>
        [...reads, [sender, at] as const].map(([person, readAt]) => [randomUUID(), id, person.id, readAt]),
      ),
    )
  },
}
