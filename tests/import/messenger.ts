// A database as "Messenger" keeps it.
import type { Program } from './program.ts'
import { insertRows, preciseTimes } from './rows.ts'
import { worldHash } from './world.ts'

export const messenger: Program = {
  name: 'messenger',
  traits: {
    ids: 'uuid',
    usernames: false,
    accountTimes: false,
    joinTimes: false,
    readTimes: false,
    groups: { titles: 'none', creators: false, maybeLeft: false },
    channels: true,
    severalDirect: true,
  },
  async writePeople(client, { people, chats }) {
    await insertRows(
      client,
      'users (id, name, email, password)',
      people.map(({ id, name, email }) => [id, name, email, worldHash]),
    )
    const channels = chats.filter(({ kind }) => kind === 'channel')
    const talks = chats.filter(({ kind }) => kind !== 'channel')
    await insertRows(
      client,
      'chats (id, created_at, chat_type)',
      talks.flatMap(({ ids, kind, createdAt }) =>
        // Those that began anew are later by some milliseconds.
        ids.map((id, place) => [
          id,
          new Date(createdAt.getTime() + place),
          kind === 'direct' ? 'personal' : 'group',
        ]),
      ),
    )
    await insertRows(
      client,
      'chat_participants (chat_id, user_id)',
      talks.flatMap(({ ids, members }) => ids.flatMap((id) => members.map(({ person }) => [id, person.id]))),
    )
    await insertRows(
      client,
      'groups (id, name, created_at, creator_id, group_type)',
      channels.map(({ ids: [id], title, createdAt, creator, isPublic }) => [
        ...[id, title, createdAt, creator?.id],
        isPublic ? 'public' : 'private',
      ]),
    )
    await insertRows(
      client,
      'group_participants (group_id, user_id)',
      channels.flatMap(({ ids: [id], members }) =>
        members.filter(({ isGone }) => !isGone).map(({ person }) => [id, person.id]),
      ),
    )
  },
  async writeMessages(client, { kind, messages }) {
    const times = preciseTimes(messages)
    const rows = messages.map((message) => {
      const { id, chatId, sender, text, reads } = message
      const row = [id, chatId, sender.id, text, times.get(message)]
      return kind === 'channel' ? row : [...row, reads.size > 0]
    })
    if (kind === 'channel')
      return insertRows(client, 'group_messages (id, group_id, sender_id, text, created_at)', rows)
    await insertRows(client, 'messages (id, chat_id, sender_id, text, created_at, is_read)', rows)
    await insertRows(
      client,
      'message_reads (message_id, user_id)',
      messages.flatMap(({ id, reads }) => [...reads.keys()].map((person) => [id, person.id])),
    )
  },
}
