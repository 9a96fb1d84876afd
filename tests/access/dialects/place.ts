// What a call or a frame of a dialect is about, in UUIDs and in integers: some contracts know only the latter.
import type { TestServer } from '../../../packages/server/test/harness.ts'
import type { Person } from '../people.ts'
import { type Cast, ghostOf, type Scene, type Seat, type Target, targetOf } from '../stage.ts'

type Role = keyof Cast

interface Numbers {
  readonly chat: number
  readonly theirs: number
  readonly own: number
  readonly self: number
  readonly cast: Readonly<Record<Role, number>>
}

export interface Place extends Target {
  readonly numbers: Numbers
}

/** A message's integer is its chat's times this, and its seq. */
const seqSpace = 2 ** 32
/** The last but some of those whose messages have integers that JSON can say; no test makes so many chats. */
const ghostChat = 2 ** 21 - 10

/** The chat as whoever has that seat in it sees it. */
export async function placeOf(server: TestServer, scene: Scene, seat: Seat): Promise<Place> {
  const target = targetOf(scene, seat)
  const { stores } = server.app.ports.storage
  const [chat] = await stores.chatFacts.byIds([scene.chatId])
  const seqOf = async (id: string) => (await stores.messages.find(id))?.seq ?? Number.NaN
  const [people, theirs, own] = await Promise.all([
    numbersOf(server, scene.cast),
    seqOf(target.theirs),
    seqOf(target.own),
  ])
  const number = chat?.number ?? Number.NaN
  const numbers = {
    chat: number,
    theirs: number * seqSpace + theirs,
    own: number * seqSpace + own,
    self: people[seat],
    cast: people,
  }
  return { ...target, numbers }
}

/** The same, of a chat and messages that never were. */
export function ghostPlace(place: Place): Place {
  const theirs = ghostChat * seqSpace + 1
  const own = place.numbers.own === place.numbers.theirs ? theirs : theirs + 1
  return { ...ghostOf(place), numbers: { ...place.numbers, chat: ghostChat, theirs, own } }
}

/** Their integers. */
export async function numbersOf<K extends string>(
  server: TestServer,
  people: Readonly<Record<K, Person>>,
): Promise<Record<K, number>> {
  const entries = Object.entries<Person>(people)
  const found = await server.app.ports.storage.stores.people.people(entries.map(([, { id }]) => id))
  const byId = new Map(found.map((person) => [person.id, person.number]))
  return Object.fromEntries(entries.map(([role, { id }]) => [role, byId.get(id) ?? Number.NaN])) as Record<
    K,
    number
  >
}
