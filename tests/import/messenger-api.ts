// A database as "Messenger API" keeps it.
import type { Program } from './program.ts'
import { insertRows, preciseTimes } from './rows.ts'
import { worldHash } from './world.ts'

export const messengerApi: Program = {
  name: 'messenger-api',
  traits: {
    ids: 'integer',
    usernames: true,
    accountTimes: true,
    joinTimes: false,
    readTimes: true,
    groups: { titles: 'some', creators: false, maybeLeft: true },
    channels: false,
    severalDirect: true,
  },
  async writePeople(client, { people, chats }) {
    await insertRows(
      client,
      'users (id, email, username, hashed_password, is_active, created_at)',
      people.map(({ id, email, username, createdAt }) => [id, email, username, worldHash, true, createdAt]),
    )
    await insertRows(
      client,
      'chats (id, name, is_group, created_at)',
      chats.flatMap(({ ids, title, kind, createdAt, members }) => {
        // Not every chat of several people says that it is a group.
        const isGroup = kind === 'group' && (title !== null || members.some(({ isGone }) => isGone))
        // Those that began anew are later by some milliseconds.
        return ids.map((id, place) => [id, title, isGroup, new Date(createdAt.getTime() + place)])
      }),
    )
    await insertRows(
      client,
      'chat_participants (chat_id, user_id)',
      chats.flatMap(({ ids, members }) =>
        ids.flatMap((id) => members.filter(({ isGone }) => !isGone).map(({ person }) => [id, person.id])),
      ),
    )
  },
  async writeMessages(client, { messages }) {
    const times = preciseTimes(messages)
    await insertRows(
      client,
      'messages (id, chat_id, sender_id, text, created_at)',
      messages.map((message) => {
        const { id, chatId, sender, text } = message
        return [id, chatId, sender.id, text, times.get(message)]
      }),
    )
    const reads = messages.flatMap(({ id, reads }) =>
      [...reads].flatMap(([person, at], place) => {
        const row = [id, person.id, at]
        // Now and then somebody says it again.
        return place % 5 === 0 ? [row, [id, person.id, new Date(at.getTime() + 60_000)]] : [row]
      }),
    )
    const { rows } = await client.query<{ id: number }>(
      `SELECT nextval('message_reads_id_seq')::int AS id FROM generate_series(1, $1)`,
      [reads.length],
    )
    await insertRows(
      client,
      'message_reads (id, message_id, user_id, read_at)',
      reads.map((row, index) => [rows[index]?.id, ...row]),
    )
  },
}
