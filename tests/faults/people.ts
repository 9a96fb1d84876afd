// The people of an experiment: an SDK client each, in groups, with one chat a group.
import { memoryOutbox, Parley, type ParleyClient } from '@parley/client'
import type { Message } from '@parley/protocol'
import { until } from '../model/until.ts'
import type { Note } from './history-file.ts'
import type { StoredMessage } from './records.ts'

export interface Person {
  readonly name: string
  readonly id: string
  readonly chat: string
  readonly client: ParleyClient
}

export const password = 'correct horse battery'

const groupSize = 10
/** A password hash keeps a core busy: more at once only wait. */
const registrationsAtOnce = 4

/** Groups of about ten, but at least two. */
const groupsOf = (count: number): number => Math.max(Math.min(2, count), Math.round(count / groupSize))

/** Registers and connects everyone, makes the groups, and loads their histories, so that they are kept up to date. */
export async function gather(url: string, count: number, random: () => number): Promise<Person[]> {
  const clients: ParleyClient[] = []
  let next = 0
  const registerSome = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      clients[index] = await Parley.register(
        { url, random, outbox: memoryOutbox() },
        { username: nameOf(index), password },
      )
    }
  }
  await Promise.all(Array.from({ length: registrationsAtOnce }, registerSome))
  const groups = groupsOf(count)
  const byGroup = Array.from({ length: groups }, (_, group) =>
    clients
      .map((client, index) => ({ client, index }))
      .filter(({ index }) => Math.floor((index * groups) / count) === group),
  )
  return (await Promise.all(byGroup.map(found))).flat()
}

const nameOf = (index: number): string => `p${String(index).padStart(3, '0')}`

async function found(members: readonly { client: ParleyClient; index: number }[]): Promise<Person[]> {
  const [owner, ...others] = members
  if (owner === undefined) return []
  const { id: chat } = await owner.client.chats.createGroup({
    title: `Group of ${nameOf(owner.index)}`,
    memberIds: others.map(({ client }) => idOf(client)),
  })
  return Promise.all(
    members.map(async ({ client, index }) => {
      await until('the group is known', () => client.replica.chat(chat) !== undefined)
      await client.chats.handle(chat).loadLatest()
      return { name: nameOf(index), id: idOf(client), chat, client }
    }),
  )
}

function idOf(client: ParleyClient): string {
  if (client.me === undefined) throw new Error('connected without an account')
  return client.me.id
}

/** Notes every new message that a client is told of, until it is closed. */
export async function listen(person: Person, note: Note): Promise<void> {
  for await (const event of person.client.events()) {
    if (event.type !== 'message_created') continue
    note({ op: 'event', to: person.name, id: event.message.id, seq: event.message.seq })
  }
}

/** Gives messages their senders' names. */
export const storedAs = (people: readonly Person[]): ((message: Message) => StoredMessage) => {
  const names = new Map(people.map(({ id, name }) => [id, name]))
  return ({ id, seq, sender_id, text, version }) => ({
    id,
    seq,
    sender: names.get(sender_id) ?? sender_id,
    text,
    version,
  })
}
