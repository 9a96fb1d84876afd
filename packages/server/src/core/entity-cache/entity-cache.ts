// People, chats and what reads passed, for doors that name them in every object they send. Kept in memory for a while, dropped when
// an event says that they changed. Nothing of it is anybody's to see as a whole: each door shows what its contract shows.
import type { Id, Message, ServerEvent } from '@parley/protocol'
import type { ChatFacts } from '../chats/facts-store.ts'
import type { Bus } from '../events.ts'
import type { PlaceInChat } from '../messages/get-visible.ts'
import type { MessagePlace } from '../messages/place-store.ts'
import type { Person } from '../people/store.ts'
import type { Storage } from '../ports.ts'
import { fullyReadFor } from '../reads/fully-read.ts'
import { EntityMemory, Found } from './entity-memory.ts'
import { type MaybePromise, whenReady } from './maybe-promise.ts'
import { FoundNumbers, MessageNumbers, type MessageSpot } from './message-numbers.ts'
import { TtlCache } from './ttl-cache.ts'

export interface EntityCachePorts {
  readonly storage: Storage
  readonly bus: Bus
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

/** Whom and what an object names. */
export interface Named {
  readonly people?: Iterable<Id>
  readonly chats?: Iterable<Id>
  /** Of contracts that name messages by integer, and of no others: naming a message so for the first time writes. */
  readonly messages?: Iterable<MessageSpot>
}

/** Those people, chats and messages as they were looked up together. */
export class Facts {
  private readonly people: Found<Person>
  private readonly chats: Found<ChatFacts>
  private readonly numbers: FoundNumbers

  constructor(people: Found<Person>, chats: Found<ChatFacts>, numbers: FoundNumbers) {
    this.people = people
    this.chats = chats
    this.numbers = numbers
  }

  /** Throws for an id that was not asked for. */
  person(userId: Id): Person {
    return this.people.get(userId)
  }

  /** Throws for an id that was not asked for. */
  chat(chatId: Id): ChatFacts {
    return this.chats.get(chatId)
  }

  /** The message's integer. Throws for one that was not asked for. */
  numberOf(message: MessageSpot): number {
    return this.numbers.of(message)
  }
}

/** A person's cursor coming to rest on a seq. */
export interface ReadMove {
  readonly chat_id: Id
  readonly user_id: Id
  readonly seq: number
}

/** The event of a change may be lost with a node's connection to the others: nothing is believed for longer. */
const bounds = { ttlMs: 30_000, max: 20_000 }
const none: readonly never[] = []
const noNumbers = new FoundNumbers(new Found([]))
/** Messages of one read that are told one by one. */
const maxPassed = 100

/** Every look-up answers in the same turn from memory, else by a promise. */
export class EntityCache {
  private readonly storage: Storage
  private readonly people: EntityMemory<Person>
  private readonly chats: EntityMemory<ChatFacts>
  private readonly numbers: MessageNumbers
  private readonly chatIds: TtlCache<Id>
  private readonly passed: TtlCache<readonly MessagePlace[]>
  private readonly completed: TtlCache<readonly MessagePlace[]>
  private readonly keys: TtlCache<string>
  private readonly read: TtlCache<boolean>
  private readonly contacts: TtlCache<boolean>
  private readonly unsubscribe: () => void

  constructor({ storage, bus, now }: EntityCachePorts) {
    const { stores } = storage
    this.storage = storage
    this.people = new EntityMemory(now, bounds, (ids) => stores.people.people(ids))
    this.chats = new EntityMemory(now, bounds, (ids) => stores.chatFacts.byIds(ids))
    this.numbers = new MessageNumbers(now, stores.messageNumbers)
    this.chatIds = new TtlCache(now, bounds)
    this.passed = new TtlCache(now, bounds)
    this.completed = new TtlCache(now, bounds)
    this.keys = new TtlCache(now, bounds)
    this.read = new TtlCache(now, bounds)
    this.contacts = new TtlCache(now, bounds)
    this.unsubscribe = bus.subscribe((envelopes) => {
      for (const { event } of envelopes) this.hear(event)
    })
  }

  /**
   * At most one call of storage for the people, one for the chats and one for the messages' integers. A promise rejects for ids that do not
   * exist, and with `numbers_exhausted`.
   */
  lookUp({ people = none, chats = none, messages }: Named): MaybePromise<Facts> {
    const foundPeople = this.people.of(people)
    const foundChats = this.chats.of(chats)
    const numbers = messages === undefined ? noNumbers : this.numbers.of(messages)
    if (foundPeople instanceof Promise || foundChats instanceof Promise || numbers instanceof Promise) {
      return Promise.all([foundPeople, foundChats, numbers]).then(
        ([known, rooms, numbered]) => new Facts(known, rooms, numbered),
      )
    }
    return new Facts(foundPeople, foundChats, numbers)
  }

  /** The chat with that integer, which never changes; null when there is none, or none yet. */
  chatIdOf(number: number): MaybePromise<Id | null> {
    return this.chatIds.get(String(number)) ?? this.readChatId(number)
  }

  /** Where the message with that integer is, which never changes; null when none has been given it. */
  placeOf(number: number): MaybePromise<PlaceInChat | null> {
    return this.numbers.placeOf(number)
  }

  /** Before a command that sends where messages are named by integer, so that nothing is read after it: MessageNumbers.expect. */
  expectMessage(chatId: Id, senderId: Id): ReturnType<MessageNumbers['expect']> {
    return this.numbers.expect(chatId, senderId)
  }

  /** Messages of others that became read when the person's cursor came to rest on the seq, the oldest first. */
  passedBy(move: ReadMove): MaybePromise<readonly MessagePlace[]> {
    return this.passed.get(keyOf(move)) ?? this.readPassed(move)
  }

  /** Those of `passedBy` that all others but their sender had read too, when they were first asked for. */
  completedBy(move: ReadMove): MaybePromise<readonly MessagePlace[]> {
    return (
      this.completed.get(keyOf(move)) ??
      whenReady(this.passedBy(move), (passed) => this.readCompleted(move, passed))
    )
  }

  /** Whether anyone but its sender had read the message when it became this version of it. */
  wasRead(message: Message): MaybePromise<boolean> {
    return this.read.get(`${message.id} ${message.version}`) ?? this.readWasRead(message)
  }

  /** Whether the viewer was a contact of the person when it was last looked up. */
  isContact(userId: Id, viewerId: Id): MaybePromise<boolean> {
    return this.contacts.get(`${userId} ${viewerId}`) ?? this.readContact(userId, viewerId)
  }

  /** For the event of a message that is about to be sent. */
  noteKey(messageId: Id, key: string): void {
    this.keys.set(messageId, key)
  }

  /** The key with which a message was sent here a moment ago; null for any other. Nothing is looked up. */
  keyOf(messageId: Id): string | null {
    return this.keys.get(messageId) ?? null
  }

  close(): void {
    this.unsubscribe()
  }

  private async readChatId(number: number): Promise<Id | null> {
    const [chat] = await this.storage.stores.chatFacts.byNumbers([number])
    if (chat === undefined) return null
    this.chatIds.set(String(number), chat.id)
    return chat.id
  }

  private async readPassed(move: ReadMove): Promise<readonly MessagePlace[]> {
    const { chat_id, user_id, seq } = move
    const newestFirst = await this.storage.stores.messagePlaces.passedBy(chat_id, user_id, seq, maxPassed)
    const passed = newestFirst.toReversed()
    this.passed.set(keyOf(move), passed)
    return passed
  }

  private async readCompleted(
    move: ReadMove,
    passed: readonly MessagePlace[],
  ): Promise<readonly MessagePlace[]> {
    const progress = await this.storage.stores.reads.progress(move.chat_id)
    const completed = passed.filter((message) => message.seq <= fullyReadFor(progress, message.sender_id))
    this.completed.set(keyOf(move), completed)
    return completed
  }

  private async readWasRead(message: Message): Promise<boolean> {
    const [readers = []] = await this.storage.stores.reads.readersOfMany([message], 1)
    const wasRead = readers.length > 0
    this.read.set(`${message.id} ${message.version}`, wasRead)
    return wasRead
  }

  private async readContact(userId: Id, viewerId: Id): Promise<boolean> {
    const isContact = (await this.storage.stores.people.contactsOf(viewerId, [userId])).length > 0
    this.contacts.set(`${userId} ${viewerId}`, isContact)
    return isContact
  }

  private hear(event: ServerEvent): void {
    if (event.type === 'user_updated' || event.type === 'me_updated') this.people.forget(event.user.id)
    if (event.type === 'chat_updated' || event.type === 'chat_deleted') this.chats.forget(event.chat_id)
  }
}

const keyOf = ({ chat_id, user_id, seq }: ReadMove): string => `${chat_id} ${user_id} ${seq}`
