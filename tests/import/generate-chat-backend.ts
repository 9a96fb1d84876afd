// A database as "Chat API" keeps it, with a folder of files.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { foreignTables } from '../../packages/server/test/foreign-tables.ts'
import {
  createPairs,
  digestOf,
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

interface StoredFile {
  readonly name: string
  readonly path: string
  readonly content: Buffer
}

const step = 1_000

/** `media` becomes the folder that the program keeps files in. The first chat is somebody's with nobody else. */
export async function generateChatBackend(
  connection: pg.ClientConfig,
  media: string,
  sizes: Sizes,
): Promise<Generated> {
  const { random, pairs } = createPairs(sizes, 2)
  const rows = { messages: [] as unknown[][], files: [] as unknown[][] }
  const stored: StoredFile[] = []
  const people = Array.from({ length: sizes.people }, (_, index) => emailOf(index))
  const places = pairs.map(([first, second], index) => (index === 0 ? [first, first] : [first, second]))
  const fileOf = (messageId: number): StoredFile => {
    const id = stored.length + 1
    const name = `Файл ${id}.txt`
    const content = Buffer.from(`${'content '.repeat(random.int(1, 2_000))}${id}`)
    const file = { name, path: `messages/${id}.txt`, content }
    rows.files.push([id, messageId, name, `media/${file.path}`, content.length, 'text/plain'])
    stored.push(file)
    return file
  }
  const chats = places.map((pair, index): GeneratedChat => {
    const share = Math.floor(sizes.messages / sizes.chats) + (index < sizes.messages % sizes.chats ? 1 : 0)
    const createdAt = timeOf(index)
    const messages = Array.from({ length: share }, (_, place): GeneratedMessage => {
      const sender = senderOf(random, place, pair)
      const at = timeOf(index, (place + 1) * step)
      const editedAt = random.chance(0.1) ? timeOf(index, (place + 2) * step) : null
      const id = rows.messages.length + 1
      // Text and files, files alone, mostly a text.
      const count = random.chance(0.1) ? random.int(1, 3) : 0
      const text = count > 0 && random.chance(0.5) ? '' : `Message ${place} 🙂`
      rows.messages.push([id, index + 1, sender + 1, text, at, editedAt])
      const files = Array.from({ length: count }, () => fileOf(id))
      return {
        ...{ sender: emailOf(sender), text, at: at.toISOString() },
        editedAt: editedAt?.toISOString() ?? null,
        files: files.map(({ name, content }) => digestOf(name, content)),
        readBy: [],
      }
    })
    return {
      ...{ kind: 'direct', title: null, createdAt: createdAt.toISOString(), messages },
      members: [...new Set(pair)].map((person) => `${emailOf(person)} member`).sort(),
    }
  })
  await mkdir(join(media, 'messages'), { recursive: true })
  for (const { path, content } of stored) await writeFile(join(media, path), content)
  await inDatabase(connection, async (client) => {
    await client.query(foreignTables['chat-backend'])
    await insertRows(
      client,
      'users (id, email, name, hashed_password)',
      people.map((email, index) => [index + 1, email, `Person ${index}`, worldHash]),
    )
    await insertRows(
      client,
      'chats (id, user1_id, user2_id, created_at)',
      places.map((pair, index) => [index + 1, ...pair.map((person) => person + 1), timeOf(index)]),
    )
    await insertRows(client, 'messages (id, chat_id, sender_id, text, created_at, edited_at)', rows.messages)
    await insertRows(
      client,
      'message_files (id, message_id, filename, file_path, file_size, file_type)',
      rows.files,
    )
  })
  return { people: people.toSorted(), chats }
}
