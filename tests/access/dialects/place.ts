// What a call or a frame of a dialect is about, in UUIDs and in integers: some contracts know only the latter.
import { blockOf, numberIn } from '../../../packages/server/src/core/messages/message-number.ts'
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

/** No test makes so many chats, or messages. */
const ghostNumber = 2 ** 31 - 10

/** The chat as whoever has that seat in it sees it. */
export async function placeOf(server: TestServer, scene: Scene, seat: Seat): Promise<Place> {
  const target = targetOf(scene, seat)
  const { stores } = server.app.ports.storage
  const [chat] = await stores.chatFacts.byIds([scene.chatId])
  const [people, theirs, own] = await Promise.all([
    numbersOf(server, scene.cast),
    messageNumberOf(server, target.theirs),
    messageNumberOf(server, target.own),
  ])
  const numbers = { chat: chat?.number ?? Number.NaN, theirs, own, self: people[seat], cast: people }
  return { ...target, numbers }
}

/** The integer of a message, which it is given if it has none; NaN for no message. */
export async function messageNumberOf(server: TestServer, messageId: string): Promise<number> {
  const { stores } = server.app.ports.storage
  const message = await stores.messages.find(messageId)
  if (message === null) return Number.NaN
  const wanted = { chatId: message.chat_id, block: blockOf(message.seq) }
  const [block] = await stores.messageNumbers.blocks([wanted])
  return block === undefined ? Number.NaN : numberIn(block, message.seq)
}

/** The same, of a chat and messages that never were. */
export function ghostPlace(place: Place): Place {
  const own = place.numbers.own === place.numbers.theirs ? ghostNumber : ghostNumber + 1
  const numbers = { ...place.numbers, chat: ghostNumber, theirs: ghostNumber, own }
  return { ...ghostOf(place), numbers }
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
