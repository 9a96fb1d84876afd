// Writes the demo world through the core's commands, each at the time it is said to have happened.
import type { Id, Message, Routes } from '@parley/protocol'
import type { Static } from 'typebox'
import type { Actor } from '../core/actor.ts'
import { createDirectChat } from '../core/chats/create-direct-chat.ts'
import { createGroup } from '../core/chats/create-group.ts'
import { updateMember } from '../core/members/update-member.ts'
import { deleteMessage } from '../core/messages/delete-message.ts'
import { editMessage } from '../core/messages/edit-message.ts'
import type { Ports } from '../core/ports.ts'
import type { RateLimiter } from '../core/rate-limits.ts'
import { markRead } from '../core/reads/mark-read.ts'
import type { DemoChat, DemoMessage, DemoWorld } from './demo-world.ts'

/** Who can log in afterwards, and how much was written by this call. */
export type DemoReport = Static<Routes['seedDemo']['answers'][200]>

const unlimited: RateLimiter = {
  take: () => ({ allowed: true, limit: 0, remaining: 0, retryAfter: 0 }),
  giveBack: () => {},
}

/** How long after a message it was corrected, deleted or read. */
const correctionMs = 60_000

/** Harmless to repeat: where the first of the people exists already, nothing is written. */
export async function seedDemo(ports: Ports, world: DemoWorld): Promise<DemoReport> {
  const logins = world.people.map(({ username, name, password }) => ({ username, name, password }))
  const [first] = world.people
  const existing = first && (await ports.storage.stores.accounts.findByLogin(first.username))
  if (!first || existing) return { logins, users: 0, chats: 0, messages: 0 }
  const seeding: Seeding = { world, ports: { ...ports, rateLimiter: unlimited }, actors: new Map() }
  await addPeople(seeding)
  const chatIds: Id[] = []
  for (const [index, chat] of world.chats.entries()) chatIds.push(await addChat(seeding, chat, index))
  const messages = await addMessages(seeding, chatIds)
  await addReads(seeding, chatIds, messages)
  return {
    logins,
    users: world.people.length,
    chats: world.chats.length,
    messages: messages.length,
  }
}

interface Seeding {
  readonly world: DemoWorld
  readonly ports: Ports
  readonly actors: Map<string, Actor>
}

const at = (seeding: Seeding, time: Date): Ports => ({ ...seeding.ports, clock: { now: () => time } })

function actor(seeding: Seeding, username: string): Actor {
  const found = seeding.actors.get(username)
  if (found === undefined) throw new Error(`the demo world names ${username}, who is not among its people`)
  return found
}

async function addPeople(seeding: Seeding): Promise<void> {
  const { ports, world } = seeding
  const born = new Date((world.messages[0]?.at ?? ports.clock.now()).getTime() - 24 * 3600 * 1000)
  for (const person of world.people) {
    const { password, ...profile } = person
    const passwordHash = await ports.passwords.hash(password, 'demo data')
    const me = await ports.storage.stores.accounts.insert({
      ...profile,
      id: ports.ids.next(),
      passwordHash,
      createdAt: born,
    })
    if (me === null) throw new Error(`the name or address of ${person.username} is taken`)
    seeding.actors.set(person.username, { userId: me.id, sessionId: ports.ids.next() })
  }
}

async function addChat(seeding: Seeding, chat: DemoChat, index: number): Promise<Id> {
  const firstMessage = seeding.world.messages.find((message) => message.chat === index)
  const begun = (firstMessage?.at ?? seeding.ports.clock.now()).getTime() - 60_000
  const ports = at(seeding, new Date(begun))
  const userId = (username: string) => actor(seeding, username).userId
  if (chat.kind === 'direct') {
    const { chat: made } = await createDirectChat(
      ports,
      actor(seeding, chat.people[0]),
      userId(chat.people[1]),
    )
    return made.id
  }
  const { title, description, posting, visibility } = chat
  const member_ids = [...chat.admins, ...chat.members].map(userId)
  const owner = actor(seeding, chat.owner)
  const { chat: made } = await createGroup(ports, owner, {
    title,
    description,
    posting,
    visibility,
    member_ids,
  })
  for (const admin of chat.admins) await updateMember(ports, owner, made.id, userId(admin), 'admin')
  return made.id
}

/** In the order of the world, so that each chat's numbers follow its times. Chats share the batches of the group commit. */
async function addMessages(seeding: Seeding, chatIds: readonly Id[]): Promise<Message[]> {
  const { world, ports } = seeding
  const ids = world.messages.map(() => ports.ids.next())
  const written: Message[] = []
  for (let start = 0; start < ids.length; start += batchSize) {
    const batch = world.messages.slice(start, start + batchSize)
    const posts = batch.map((message, offset) => post(seeding, chatIds, ids, message, start + offset))
    written.push(...(await Promise.all(posts)))
  }
  for (const [index, message] of world.messages.entries()) {
    const id = ids[index]
    if (id !== undefined) await correct(seeding, message, id)
  }
  return written
}

const batchSize = 500

async function post(
  seeding: Seeding,
  chatIds: readonly Id[],
  ids: readonly Id[],
  message: DemoMessage,
  index: number,
): Promise<Message> {
  const id = ids[index]
  const chatId = chatIds[message.chat]
  if (id === undefined || chatId === undefined)
    throw new Error('the demo world names a chat that is not in it')
  const outcome = await seeding.ports.messageWriter.post({
    id,
    chatId,
    senderId: actor(seeding, message.sender).userId,
    text: message.text,
    fileIds: [],
    replyToId: message.reply_to === undefined ? null : (ids[message.reply_to] ?? null),
    createdAt: message.at,
  })
  if (outcome.status === 'refused')
    throw new Error(`a message of the demo world was refused: ${outcome.code}`)
  return outcome.message
}

async function correct(seeding: Seeding, message: DemoMessage, id: Id): Promise<void> {
  const ports = at(seeding, new Date(message.at.getTime() + correctionMs))
  const sender = actor(seeding, message.sender)
  if (message.edited_text !== undefined) await editMessage(ports, sender, id, message.edited_text)
  if (message.deleted) await deleteMessage(ports, sender, id)
}

async function addReads(
  seeding: Seeding,
  chatIds: readonly Id[],
  messages: readonly Message[],
): Promise<void> {
  for (const read of seeding.world.reads) {
    const chatId = chatIds[read.chat]
    const message = messages[read.upTo]
    if (chatId === undefined || message === undefined) continue
    const readAt = new Date(new Date(message.created_at).getTime() + correctionMs)
    await markRead(at(seeding, readAt), actor(seeding, read.username), chatId, message.seq)
  }
}
