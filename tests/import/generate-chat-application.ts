// A database as "Chat Application" keeps it.
import type pg from 'pg'
import { foreignTables } from '../../packages/server/test/foreign-tables.ts'
import {
  createPairs,
  emailOf,
  type Generated,
  type GeneratedChat,
  type GeneratedMessage,
  type Sizes,
  senderOf,
  timeOf,
} from './generated.ts'
import { inDatabase } from './program.ts'
import { insertRows } from './rows.ts'
import { worldHash } from './world.ts'

/** Milliseconds after a message in which nothing else is written. */
const step = 1_000

/** Every third chat is a group, of which somebody who wrote may have gone; the others are private. Each needs three messages, and there must be three people. */
export async function generateChatApplication(connection: pg.ClientConfig, sizes: Sizes): Promise<Generated> {
  const { random, pairs } = createPairs(sizes, 1)
  const rows = { chats: [] as unknown[][], groups: [] as unknown[][], members: [] as unknown[][] }
  const messageRows: unknown[][] = []
  const chats = pairs.map(([first, second], index): GeneratedChat => {
    const id = index + 1
    const isGroup = index % 3 === 0
    const createdAt = timeOf(sizes.people + index)
    const third = Array.from({ length: sizes.people }, (_, one) => one).find(
      (one) => one !== first && one !== second,
    )
    const senders = isGroup && third !== undefined ? [first, second, third] : [first, second]
    const isGone = isGroup && random.chance(0.5)
    rows.chats.push([id, isGroup ? null : `Private ${id}`, isGroup ? 'GROUP' : 'PRIVATE', createdAt])
    if (isGroup) {
      rows.groups.push([id, id, second + 1, `Group ${id}`, createdAt])
      const inside = isGone ? senders.slice(0, 2) : senders
      // Somebody may be in the table twice.
      for (const person of [...inside, first]) rows.members.push([id, person + 1])
    }
    const share = Math.floor(sizes.messages / sizes.chats) + (index < sizes.messages % sizes.chats ? 1 : 0)
    const messages = Array.from({ length: share }, (_, place): GeneratedMessage => {
      const sender = senderOf(random, place, senders)
      const at = timeOf(sizes.people + index, (place + 1) * step)
      const text = `Сообщение ${place} 🙂`
      const isRead = random.chance(0.7)
      messageRows.push([messageRows.length + 1, id, sender + 1, text, at, isRead])
      const other = sender === first ? second : first
      return {
        ...{ sender: emailOf(sender), text, at: at.toISOString(), editedAt: null, files: [] },
        readBy: isRead && !isGroup ? [`${emailOf(other)} ${at.toISOString()}`] : [],
      }
    })
    return {
      kind: isGroup ? 'group' : 'direct',
      title: isGroup ? `Group ${id}` : null,
      createdAt: createdAt.toISOString(),
      members: senders
        .map((person) => {
          const role = isGroup && person === second ? 'owner' : 'member'
          return `${emailOf(person)} ${role}${isGone && person === third ? ' gone' : ''}`
        })
        .sort(),
      messages,
    }
  })
  const people = Array.from({ length: sizes.people }, (_, index) => emailOf(index))
  await inDatabase(connection, async (client) => {
    await client.query(foreignTables['chat-application'])
    await insertRows(
      client,
      'users (id, username, email, hashed_password, created_at)',
      people.map((email, index) => [index + 1, `person_${index}`, email, worldHash, timeOf(index)]),
    )
    await insertRows(client, 'chats (id, name, type, created_at)', rows.chats)
    await insertRows(client, 'groups (id, chat_id, creator_id, name, created_at)', rows.groups)
    await insertRows(client, 'group_members (group_id, user_id)', rows.members)
    await insertRows(client, 'messages (id, chat_id, sender_id, text, timestamp, is_read)', messageRows)
  })
  return { people: people.toSorted(), chats }
}
