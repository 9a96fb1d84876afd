// Writes down the end of an experiment, when nobody sends any more: what clients hold, and what the server shows.
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Message } from '@parley/protocol'
import { type FreshReader, readAfresh } from './fresh-reader.ts'
import type { Note } from './history-file.ts'
import { type Person, password, storedAs } from './people.ts'
import type { StoredMessage } from './records.ts'

export interface FinalStatePorts {
  readonly url: string
  readonly note: Note
  /** Milliseconds that clients have to catch up: news may be on their way, and a hole in them is mended after two seconds. */
  readonly patience: number
}

/** Closes the clients on the way: what is fetched last, nobody can have told them. */
export async function noteFinalState(people: readonly Person[], ports: FinalStatePorts): Promise<void> {
  const { url, note, patience } = ports
  const readers = new Map<Person, FreshReader>()
  for (const person of people) readers.set(person, await readAfresh(url, person.name, password))
  await untilCaughtUp(readers, patience)
  await Promise.all(people.map((person) => followToTheEnd(person, patience)))
  const asStored = storedAs(people)
  for (const person of people) noteReplica(person, asStored, note)
  await Promise.all(people.map(({ client }) => client.close()))
  const seen = new Set<string>()
  for (const [{ name, chat }, reader] of readers) {
    note({ op: 'view', of: name, chat, view: await reader.chat(chat) })
    if (seen.has(chat)) continue
    seen.add(chat)
    for await (const items of reader.history(chat)) note({ op: 'page', chat, messages: items.map(asStored) })
  }
}

/** Resolves when every replica shows what the server shows, or when that takes too long: the checker will tell. */
async function untilCaughtUp(readers: ReadonlyMap<Person, FreshReader>, patience: number): Promise<void> {
  const deadline = performance.now() + patience
  for (const [{ client, chat }, reader] of readers) {
    const isCaughtUp = async () => isDeepStrictEqual(client.replica.chat(chat), await reader.chat(chat))
    while (!(await isCaughtUp()) && performance.now() < deadline);
  }
}

/**
 * A window gives the end up when more than two hundred messages wait behind a hole, as when an account goes on sending by
 * HTTP while its socket is away. Whoever shows the end of a chat then loads what follows.
 */
async function followToTheEnd({ client, chat }: Person, patience: number): Promise<void> {
  const deadline = performance.now() + patience
  // A history that a gap dropped the client loads by itself.
  while (client.replica.timeline(chat).empty && performance.now() < deadline) await pause(50)
  while (client.replica.timeline(chat).hasAfter && performance.now() < deadline) {
    await client.chats.handle(chat).loadAfter()
  }
}

function noteReplica(
  { name, chat, client }: Person,
  asStored: (message: Message) => StoredMessage,
  note: Note,
): void {
  const { items, hasAfter, empty } = client.replica.timeline(chat)
  const window = items.flatMap((item) => (item.state === 'sent' ? [asStored(item.message)] : []))
  note({
    op: 'replica',
    of: name,
    chat,
    view: client.replica.chat(chat) ?? null,
    window,
    reachesEnd: !empty && !hasAfter,
    unsent: items.length - window.length,
  })
}
