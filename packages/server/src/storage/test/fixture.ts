// A database of its own for a suite of the storage, and people, chats and messages to fill it with.
import type { Chat, Id, Message, Role } from '@parley/protocol'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { testDatabase } from '../../../test/harness-database.ts'
import type { NewChat } from '../../core/chats/store.ts'
import type { MessageDraft } from '../../core/messages/store.ts'
import type { Log, Storage, Stores } from '../../core/ports.ts'
import { type Connection, createPool } from '../postgres.ts'
import { createStorage } from '../storage.ts'

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

const epoch = Date.UTC(2026, 0, 31, 12)

/** The time that many milliseconds after the beginning of all tests. */
export const at = (milliseconds: number): Date => new Date(epoch + milliseconds)

export interface Fixture {
  readonly connection: Connection
  readonly pool: pg.Pool
  readonly storage: Storage
  readonly stores: Stores
  /** Another node's storage on the same database. */
  otherNode(): Storage
  end(): Promise<void>
}

export async function storageFixture(): Promise<Fixture> {
  const database = await testDatabase()
  const pools = [createPool(database.connection, { max: 8, log: silentLog })]
  const [pool] = pools
  if (pool === undefined) throw new Error('There is a pool')
  const storage = createStorage(pool)
  return {
    connection: database.connection,
    pool,
    storage,
    stores: storage.stores,
    otherNode() {
      const other = createPool(database.connection, { max: 8, log: silentLog })
      pools.push(other)
      return createStorage(other)
    },
    async end() {
      await Promise.all(pools.map((each) => each.end()))
      await database.drop()
    },
  }
}

/** A new person; the username is unique unless given. */
export async function person(
  stores: Stores,
  given: { name?: string; username?: string; email?: string } = {},
): Promise<Id> {
  const id = uuidv7()
  const me = await stores.accounts.insert({
    id,
    username: given.username ?? `user_${id}`,
    email: given.email ?? null,
    name: given.name ?? 'Someone',
    bio: '',
    locale: 'en',
    passwordHash: 'hash',
    createdAt: at(0),
  })
  if (me === null) throw new Error('The username or email of the test is taken')
  return id
}

export async function people(stores: Stores, count: number): Promise<Id[]> {
  const ids: Id[] = []
  for (let index = 0; index < count; index += 1) ids.push(await person(stores))
  return ids
}

/** A new group; the first of the people owns it. */
export async function group(
  stores: Stores,
  userIds: readonly Id[],
  given: Partial<NewChat> = {},
): Promise<Chat> {
  const [owner] = userIds
  if (owner === undefined) throw new Error('A group needs an owner')
  const chat = await stores.chats.insert({
    id: uuidv7(),
    kind: 'group',
    title: 'Group',
    description: '',
    posting: 'everyone',
    visibility: 'private',
    createdBy: owner,
    createdAt: at(0),
    members: userIds.map((userId, index) => ({ userId, role: index === 0 ? 'owner' : 'member' })),
    ...given,
  })
  if (chat === null) throw new Error('There is a chat with that id')
  return chat
}

export const draft = (chatId: Id, senderId: Id, given: Partial<MessageDraft> = {}): MessageDraft => ({
  id: uuidv7(),
  chatId,
  senderId,
  text: 'text',
  fileIds: [],
  replyToId: null,
  createdAt: at(0),
  ...given,
})

/** Posts one message, which must be created. */
export async function send(
  stores: Stores,
  chatId: Id,
  senderId: Id,
  given: Partial<MessageDraft> = {},
): Promise<Message> {
  const [outcome] = await stores.messages.post([draft(chatId, senderId, given)])
  if (outcome?.status !== 'created') throw new Error(`Not sent: ${JSON.stringify(outcome)}`)
  return outcome.message
}

/** As the commands of the core change things: the chat locked, the next version taken, all in one transaction. */
export const changes = (storage: Storage) => ({
  edit: (message: Message, text: string, when: Date) =>
    storage.transaction(async ({ chats, messages }) => {
      await chats.lock(message.chat_id)
      return messages.edit(message, text, when)
    }),
  erase: (message: Message, when: Date) =>
    storage.transaction(async ({ chats, messages }) => {
      await chats.lock(message.chat_id)
      return messages.erase(message, when)
    }),
  add: (chatId: Id, userId: Id, when: Date, role: Role = 'member') =>
    storage.transaction(async ({ chats, members }) => {
      await chats.lock(chatId)
      return (await members.add({ chatId, userId, role, at: when })).member
    }),
  remove: (chatId: Id, userId: Id, when: Date) =>
    storage.transaction(async ({ chats, members }) => {
      await chats.lock(chatId)
      return (await members.remove(chatId, userId, when)).member
    }),
})
