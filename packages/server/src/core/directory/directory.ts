// Facts about people and chats for doors that name them in every object they send. Kept in memory for a while, dropped when an
// event says that they changed.
import type { Id, Message, ServerEvent } from '@parley/protocol'
import type { Bus } from '../events.ts'
import type { Person } from '../people/store.ts'
import type { Storage } from '../ports.ts'
import { fullyReadFor } from '../reads/fully-read.ts'
import { Recollection } from './recollection.ts'
import type { ChatFacts, MessagePlace } from './store.ts'

export interface DirectoryPorts {
  readonly storage: Storage
  readonly bus: Bus
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

/** What a reader asked for and is not in memory. */
class NotKnownYet extends Error {
  override readonly name = 'NotKnownYet'
  readonly learn: () => Promise<void>

  constructor(learn: () => Promise<void>) {
    super('Not known yet')
    this.learn = learn
  }
}

/** News of a change may be lost with a node's connection to the others: nothing is believed for longer. */
const ttlMs = 30_000
const maxEntries = 20_000
/** Messages of one read that are told one by one. */
const maxPassed = 100
/** Rounds of asking and learning, after which the work is at fault. */
const maxRounds = 200

/**
 * `person`, `chat`, `passedBy`, `completedBy` and `wasRead` answer from memory and are to be called inside `resolve`, which
 * learns what is missing and runs the work again.
 */
export class Directory {
  private readonly ports: DirectoryPorts
  private readonly people: Recollection<Person>
  private readonly chats: Recollection<ChatFacts>
  private readonly chatIds: Recollection<Id>
  private readonly passed: Recollection<readonly MessagePlace[]>
  private readonly completed: Recollection<readonly MessagePlace[]>
  private readonly keys: Recollection<string>
  private readonly read: Recollection<boolean>
  private readonly unsubscribe: () => void

  constructor(ports: DirectoryPorts) {
    this.ports = ports
    const bounds = { ttlMs, max: maxEntries }
    this.people = new Recollection(ports.now, bounds)
    this.chats = new Recollection(ports.now, bounds)
    this.chatIds = new Recollection(ports.now, bounds)
    this.passed = new Recollection(ports.now, bounds)
    this.completed = new Recollection(ports.now, bounds)
    this.keys = new Recollection(ports.now, bounds)
    this.read = new Recollection(ports.now, bounds)
    this.unsubscribe = ports.bus.subscribe((envelopes) => {
      for (const { event } of envelopes) this.hear(event)
    })
  }

  /** The work's result: at once when everything it asks for is in memory, else when it was looked up. */
  resolve<T>(work: () => T): T | Promise<T> {
    try {
      return work()
    } catch (error) {
      if (error instanceof NotKnownYet) return this.learnAndResolve(error, work)
      throw error
    }
  }

  person(userId: Id): Person {
    const person = this.people.get(userId)
    if (person === undefined) throw new NotKnownYet(() => this.learnPeople([userId]))
    return person
  }

  chat(chatId: Id): ChatFacts {
    const chat = this.chats.get(chatId)
    if (chat === undefined) throw new NotKnownYet(() => this.learnChats([chatId]))
    return chat
  }

  /** The chat with that integer, which never changes; null when there is none, or none yet. */
  async chatIdOf(number: number): Promise<Id | null> {
    const known = this.chatIds.get(String(number))
    if (known !== undefined) return known
    const [chat] = await this.ports.storage.stores.directory.chatsByNumbers([number])
    if (chat === undefined) return null
    this.chatIds.set(String(number), chat.id)
    return chat.id
  }

  /** Messages of others that became read when the person's cursor came to rest on the seq, the oldest first. */
  passedBy(chatId: Id, userId: Id, seq: number): readonly MessagePlace[] {
    const key = `${chatId} ${userId} ${seq}`
    const passed = this.passed.get(key)
    if (passed !== undefined) return passed
    throw new NotKnownYet(async () => {
      const { directory } = this.ports.storage.stores
      this.passed.set(key, (await directory.passedBy(chatId, userId, seq, maxPassed)).toReversed())
    })
  }

  /** Those of `passedBy` that all others but their sender had read too, when they were first asked for. */
  completedBy(chatId: Id, userId: Id, seq: number): readonly MessagePlace[] {
    const key = `${chatId} ${userId} ${seq}`
    const completed = this.completed.get(key)
    if (completed !== undefined) return completed
    const passed = this.passedBy(chatId, userId, seq)
    throw new NotKnownYet(async () => {
      const low = await this.ports.storage.stores.reads.lowCursors(chatId)
      const isDone = (message: MessagePlace) => message.seq <= fullyReadFor(low, message.sender_id)
      this.completed.set(key, passed.filter(isDone))
    })
  }

  /** For the event of a message that is about to be sent. */
  noteKey(messageId: Id, key: string): void {
    this.keys.set(messageId, key)
  }

  /** The key with which a message was sent here a moment ago; null for any other. Nothing is looked up. */
  keyOf(messageId: Id): string | null {
    return this.keys.get(messageId) ?? null
  }

  /** Whether anyone but its sender had read the message when it became this version of it. */
  wasRead(message: Message): boolean {
    const key = `${message.id} ${message.version}`
    const read = this.read.get(key)
    if (read !== undefined) return read
    throw new NotKnownYet(async () => {
      const [readers = []] = await this.ports.storage.stores.reads.readersOfMany([message], 1)
      this.read.set(key, readers.length > 0)
    })
  }

  /** Looks up at once what the next `resolve` will ask for. */
  async learn(wanted: { readonly people?: Iterable<Id>; readonly chats?: Iterable<Id> }): Promise<void> {
    const people = [...new Set(wanted.people)].filter((id) => this.people.get(id) === undefined)
    const chats = [...new Set(wanted.chats)].filter((id) => this.chats.get(id) === undefined)
    await Promise.all([
      people.length === 0 ? undefined : this.learnPeople(people),
      chats.length === 0 ? undefined : this.learnChats(chats),
    ])
  }

  close(): void {
    this.unsubscribe()
  }

  private async learnAndResolve<T>(first: NotKnownYet, work: () => T): Promise<T> {
    let missing = first
    for (let round = 0; round < maxRounds; round += 1) {
      await missing.learn()
      try {
        return work()
      } catch (error) {
        if (!(error instanceof NotKnownYet)) throw error
        missing = error
      }
    }
    throw new Error('The work asks for more than can be kept in memory')
  }

  private async learnPeople(userIds: readonly Id[]): Promise<void> {
    await learnInto(this.people, userIds, (ids) => this.ports.storage.stores.people.people(ids))
  }

  private async learnChats(chatIds: readonly Id[]): Promise<void> {
    await learnInto(this.chats, chatIds, (ids) => this.ports.storage.stores.directory.chats(ids))
  }

  private hear(event: ServerEvent): void {
    if (event.type === 'user_updated' || event.type === 'me_updated') this.people.forget(event.user.id)
    if (event.type === 'chat_updated' || event.type === 'chat_deleted') this.chats.forget(event.chat_id)
  }
}

/** Reads again when something was forgotten meanwhile: the rows may be older than the news. Throws for ids that do not exist. */
async function learnInto<V extends { readonly id: Id }>(
  memory: Recollection<V>,
  ids: readonly Id[],
  read: (ids: readonly Id[]) => Promise<V[]>,
): Promise<void> {
  for (;;) {
    const { generation } = memory
    const values = await read(ids)
    if (memory.generation !== generation) continue
    for (const value of values) memory.set(value.id, value)
    if (values.length < new Set(ids).size)
      throw new Error('There is a reference to something that does not exist')
    return
  }
}
