// Where the experiment takes place: a server whose PostgreSQL is behind the proxy, people with sockets, and a group of them.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Id } from '@parley/protocol'
import { type App, startApp } from '../../../packages/server/src/composition/app.ts'
import type { PostgresConnection } from '../../../packages/server/src/embedded/postgres.ts'
import { testSettings } from '../../../packages/server/test/settings.ts'
import { HttpDoor } from '../../access/http-door.ts'
import { Listener } from '../../access/listener.ts'
import { People, type Person } from '../../access/people.ts'
import { CommitProxy } from './commit-proxy.ts'

export interface Place {
  readonly url: string
  readonly app: App
  readonly proxy: CommitProxy
  readonly door: HttpDoor
  readonly people: People
  close(): Promise<void>
}

export async function openPlace(database: PostgresConnection): Promise<Place> {
  const proxy = await CommitProxy.before(database)
  const filesFolder = await mkdtemp(join(tmpdir(), 'parley-lost-commits-'))
  const app = await startApp(testSettings({ database: proxy.connection, filesFolder }))
  const url = `http://127.0.0.1:${app.port}`
  const door = new HttpDoor(url)
  return {
    url,
    app,
    proxy,
    door,
    people: new People({ app }),
    async close() {
      door.close()
      await app.stop()
      await proxy.close()
      await rm(filesFolder, { recursive: true, force: true })
    },
  }
}

/** A group with an owner and two members, each with a socket; and somebody who is in no chat, with a socket too. */
export interface Scene {
  readonly place: Place
  readonly chatId: Id
  /** Of the owner. */
  readonly messageId: Id
  readonly owner: Attendee
  readonly member: Attendee
  readonly other: Attendee
  readonly stranger: Attendee
  leave(): void
}

export interface Attendee extends Person {
  readonly listener: Listener
}

export async function setScene(place: Place): Promise<Scene> {
  const { people } = place
  const attend = async (role: string): Promise<Attendee> => {
    const person = await people.arrive(role)
    return { ...person, listener: await Listener.enter(place.url, person.token) }
  }
  const [owner, member, other, stranger] = [
    await attend('owner'),
    await attend('member'),
    await attend('other'),
    await attend('stranger'),
  ]
  const { chat } = await place.door.ask('createChat', owner.token, {
    body: { kind: 'group', title: 'Group', member_ids: [member.id, other.id] },
  })
  const { message } = await place.door.ask('sendMessage', owner.token, {
    params: { chat_id: chat.id },
    body: { text: 'before' },
  })
  const present = [owner, member, other]
  await Promise.all(
    present.map(({ listener }) => listener.until('the message', (frame) => frame.type === 'message_created')),
  )
  const everybody = [...present, stranger]
  return {
    ...{ place, chatId: chat.id, messageId: message.id },
    ...{ owner, member, other, stranger },
    leave() {
      for (const { listener } of everybody) listener.leave()
    },
  }
}
