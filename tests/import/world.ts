// People, chats and messages as another program may keep them, made by chance: what an import is given, and must bring.
import { randomUUID } from 'node:crypto'
import { createRandom, type Random } from '../../packages/server/src/demo/random.ts'

export interface WorldPerson {
  readonly id: string
  readonly username: string | null
  readonly name: string
  readonly email: string
  /** Null where nothing tells: the import makes it. */
  createdAt: Date | null
}

interface WorldMember {
  readonly person: WorldPerson
  readonly joinedAt: Date
  /** Whether there is no row of theirs any more. */
  readonly isGone: boolean
}

export interface WorldMessage {
  readonly id: string
  /** One of the chat's. */
  readonly chatId: string
  readonly sender: WorldPerson
  readonly text: string
  /** To the millisecond; what the database has is some microseconds later. */
  readonly at: Date
  /** Who read it, and when; without the sender. */
  readonly reads: Map<WorldPerson, Date>
}

export interface WorldChat {
  /** Several where two people have begun to talk more than once; the first is the oldest. */
  readonly ids: readonly [string, ...string[]]
  /** In a channel the creator posts and the others read. */
  readonly kind: 'direct' | 'group' | 'channel'
  readonly isPublic: boolean
  /** Null where the program keeps none. */
  readonly title: string | null
  /** The first of the members, or null where the program does not keep it. */
  readonly creator: WorldPerson | null
  readonly createdAt: Date
  readonly members: readonly WorldMember[]
  /** In order. */
  readonly messages: readonly WorldMessage[]
}

export interface World {
  readonly people: readonly WorldPerson[]
  readonly chats: readonly WorldChat[]
}

export interface WorldSize {
  readonly people: number
  readonly chats: number
  readonly messages: number
}

/** What a program keeps and what may be in it. */
export interface Traits {
  /** Of people and chats; those of messages are UUIDs. */
  readonly ids: 'uuid' | 'integer'
  readonly usernames: boolean
  readonly accountTimes: boolean
  /** When somebody joined; without them everybody is there from the beginning. */
  readonly joinTimes: boolean
  readonly readTimes: boolean
  readonly groups: {
    readonly titles: 'all' | 'some' | 'none'
    readonly creators: boolean
    readonly maybeLeft: boolean
  }
  readonly channels: boolean
  /** Whether two people may have several direct chats. */
  readonly severalDirect: boolean
}

/** Everybody's, and what bcrypt makes of it in as few rounds as it can. */
export const worldPassword = 'the password of before'
export const worldHash = '$2b$04$9NowU0nzxsjU1z4bUReBB.Z1CM6sfdoWnOyoKz.seHyhmKEbEfDc2'

const beginning = Date.UTC(2024, 2, 1)
const minute = 60_000
const after = (date: Date, ms: number): Date => new Date(date.getTime() + ms)

/** The same seed gives the same world, but for its UUIDs. */
export function createWorld(traits: Traits, size: WorldSize, seed = 1): World {
  const random = createRandom(seed)
  const idOf = (index: number) => (traits.ids === 'uuid' ? randomUUID() : String(index + 1))
  const people = Array.from({ length: size.people }, (_, index) => ({
    id: idOf(index),
    username: traits.usernames ? `person_${index}` : null,
    name: traits.usernames ? `person_${index}` : `Person ${index}`,
    email: `person${index}@example.org`,
    createdAt: traits.accountTimes ? new Date(beginning + index * minute) : null,
  }))
  const pairs = new Set<string>()
  const chats = Array.from({ length: size.chats }, (_, index) => {
    const share = Math.floor(size.messages / size.chats) + (index < size.messages % size.chats ? 1 : 0)
    const createdAt = new Date(beginning + (size.people + index) * minute)
    const isDirect = random.chance(0.6)
    const ids: [string, ...string[]] = [idOf(index)]
    if (isDirect && traits.severalDirect && random.chance(0.2)) ids.push(idOf(size.chats + index))
    const given = { random, traits, createdAt, share, ids }
    return isDirect ? directChat(given, pairOf(random, people, pairs)) : group(given, people, index)
  })
  if (!traits.accountTimes) for (const chat of chats) datePeople(chat)
  return { people, chats }
}

interface Given {
  readonly random: Random
  readonly traits: Traits
  readonly createdAt: Date
  readonly share: number
  readonly ids: readonly [string, ...string[]]
}

/** Two who have none yet. */
function pairOf(random: Random, people: readonly WorldPerson[], pairs: Set<string>): WorldPerson[] {
  for (;;) {
    const pair = random.shuffle(people).slice(0, 2)
    const key = pair
      .map(({ id }) => id)
      .sort()
      .join()
    if (pairs.has(key)) continue
    pairs.add(key)
    return pair
  }
}

function directChat(given: Given, pair: readonly WorldPerson[]): WorldChat {
  const { createdAt, ids } = given
  const members = pair.map((person) => ({ person, joinedAt: createdAt, isGone: false }))
  const title = `Чат ${pair.map(({ name }) => name).join(' и ')}`
  return {
    ...{ kind: 'direct', isPublic: false, creator: null, title, ids, createdAt, members },
    messages: messagesOf(given, members, { everybodyWrites: true }),
  }
}

/** Some come later, and in some groups one has gone. */
function group(given: Given, people: readonly WorldPerson[], index: number): WorldChat {
  const { random, traits, createdAt, ids, share } = given
  const isChannel = traits.channels && random.chance(0.5)
  const chosen = random.shuffle(people).slice(0, random.int(3, Math.min(12, people.length)))
  const members = chosen.map((person, place) => ({
    person,
    joinedAt:
      traits.joinTimes && place > 1 && random.chance(0.3)
        ? after(createdAt, random.int(1, share) * minute)
        : createdAt,
    isGone: (traits.groups.maybeLeft || isChannel) && place === chosen.length - 1 && random.chance(0.4),
  }))
  const isTitled =
    isChannel || traits.groups.titles === 'all' || (traits.groups.titles === 'some' && random.chance(0.5))
  return {
    kind: isChannel ? 'channel' : 'group',
    isPublic: isChannel && random.chance(0.5),
    title: isTitled ? `Group ${index}` : null,
    creator: isChannel || traits.groups.creators ? (chosen[0] ?? null) : null,
    ...{ ids, createdAt, members },
    messages: messagesOf(given, members, { everybodyWrites: !isChannel }),
  }
}

/** Everybody writes from when they joined on, and reads what was written from then on, up to somewhere, mostly without a gap. */
function messagesOf(
  { random, traits, createdAt, share, ids }: Given,
  members: readonly WorldMember[],
  { everybodyWrites }: { readonly everybodyWrites: boolean },
): WorldMessage[] {
  let at = createdAt
  const messages: WorldMessage[] = []
  for (let index = 0; index < share; index += 1) {
    // Now and then two in one millisecond.
    at = after(at, random.chance(0.05) ? 0 : random.int(1, minute))
    const present = everybodyWrites ? members.filter(({ joinedAt }) => joinedAt <= at) : members.slice(0, 1)
    const { person } = random.pick(present)
    const text = `Message ${index} 🙂`
    messages.push({ id: randomUUID(), chatId: random.pick(ids), sender: person, text, at, reads: new Map() })
  }
  if (everybodyWrites) for (const member of members) read(random, traits, member, messages)
  return messages
}

function read(
  random: Random,
  { readTimes }: Traits,
  { person, joinedAt, isGone }: WorldMember,
  messages: readonly WorldMessage[],
): void {
  if (isGone) return
  let readAt = joinedAt
  for (const message of messages.slice(0, random.int(0, messages.length))) {
    if (message.sender === person || message.at < joinedAt || random.chance(0.03)) continue
    readAt = after(readAt > message.at ? readAt : message.at, random.int(1, 5_000))
    message.reads.set(person, readTimes ? readAt : message.at)
  }
}

/** Whoever is in a chat from its beginning has an account by then; of a channel that is known of the creator alone. */
function datePeople({ kind, createdAt, members }: WorldChat): void {
  for (const { person } of kind === 'channel' ? members.slice(0, 1) : members)
    if (person.createdAt === null || createdAt < person.createdAt) person.createdAt = createdAt
}
