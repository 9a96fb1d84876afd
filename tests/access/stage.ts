// The people of the matrix, how each stands to a chat, and chats of every kind with all of them in their places.
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Id } from '@parley/protocol'
import type { TestServer } from '../../packages/server/test/harness.ts'
import { HttpDoor } from './http-door.ts'
import { People, type Person } from './people.ts'

/** In groups `peer` is one more stranger, who shares a direct chat with the owner; in the direct chat those two are at home. */
export const seats = ['stranger', 'ex_member', 'peer', 'member', 'admin', 'owner'] as const
export type Seat = (typeof seats)[number]

/** `channel`: a private group in which only owner and admins post. `deleted`: a private group that is gone. */
export const kinds = ['private', 'public', 'channel', 'direct', 'deleted'] as const
export type Kind = (typeof kinds)[number]

export interface Cast extends Readonly<Record<Seat, Person>> {
  /** In every group, and never the one who acts. */
  readonly bystander: Person
  /** In no chat. */
  readonly guest: Person
  /** The owner, through a session that was ended. */
  readonly revoked: Person
}

export interface Scene {
  readonly kind: Kind
  readonly cast: Cast
  readonly chatId: Id
  /** Who wrote which message. */
  readonly messages: Partial<Readonly<Record<Seat | 'bystander', Id>>>
  /** Of the bystander's message, or the owner's in the direct chat. Chats that were made elsewhere have none. */
  readonly fileId?: Id
}

/** In titles, descriptions and texts of every chat here: no answer to someone who may not see the chat may have it. */
export const canary = 'kanarienvogel'

export class Stage {
  readonly server: TestServer
  readonly door: HttpDoor
  readonly people: People

  constructor(server: TestServer) {
    this.server = server
    this.door = new HttpDoor(server.url)
    this.people = new People(server)
  }

  /** Everybody, new, in no chat but the direct one of owner and peer. */
  async cast(): Promise<Cast> {
    const names = [...seats, 'bystander', 'guest'] as const
    const people = await Promise.all(
      names.map(async (name) => [name, await this.people.arrive(name)] as const),
    )
    const cast = Object.fromEntries(people) as unknown as Omit<Cast, 'revoked'>
    await this.door.ask('createChat', cast.owner.token, { body: { kind: 'direct', user_id: cast.peer.id } })
    return { ...cast, revoked: await this.#revoked(cast.owner) }
  }

  /** A new chat of that kind. A direct chat needs a new pair: two people have only one. */
  async scene(kind: Kind, cast: Cast): Promise<Scene> {
    return kind === 'direct' ? this.#direct(cast) : this.#group(kind, cast)
  }

  /** The number of the chat's last change; null when it is not there. */
  async versionOf(chatId: Id): Promise<number | null> {
    return (await this.server.app.ports.storage.stores.chats.find(chatId))?.version ?? null
  }

  async say(person: Person, chatId: Id, text: string, fileIds: readonly Id[] = []): Promise<Id> {
    const { message } = await this.door.ask('sendMessage', person.token, {
      params: { chat_id: chatId },
      body: { text: `${canary}: ${text}`, file_ids: [...fileIds] },
    })
    return message.id
  }

  /** A file that looks like a picture, without the work that a real one makes. */
  async #file(owner: Person): Promise<Id> {
    const { fileStore, ids, clock, storage } = this.server.app.ports
    const id = ids.next()
    const content = Buffer.from(canary)
    for (const variant of ['original', 'thumbnail'] as const) {
      await fileStore.put(id, variant, Readable.from([content]), content.length)
    }
    await storage.stores.files.insert(
      {
        id,
        ownerId: owner.id,
        name: canary,
        mediaType: 'image/png',
        size: content.length,
        dimensions: { width: 1, height: 1 },
        awaitsPreview: true,
        createdAt: clock.now(),
      },
      null,
    )
    await storage.transaction(({ previews }) => previews.settle(id, { width: 1, height: 1 }))
    return id
  }

  async #revoked(person: Person): Promise<Person> {
    const session = await this.people.again(person)
    await this.door.ask('revokeSession', person.token, { params: { session_id: session.sessionId } })
    return session
  }

  async #direct(former: Cast): Promise<Scene> {
    const [owner, peer] = await Promise.all([this.people.arrive('owner'), this.people.arrive('peer')])
    const cast = { ...former, owner, peer, revoked: await this.#revoked(owner) }
    const { chat } = await this.door.ask('createChat', owner.token, {
      body: { kind: 'direct', user_id: peer.id },
    })
    const fileId = await this.#file(owner)
    const messages = await this.#write(chat.id, { owner, peer }, { owner: fileId })
    return { kind: 'direct', cast, chatId: chat.id, messages, fileId }
  }

  async #group(kind: Exclude<Kind, 'direct'>, cast: Cast): Promise<Scene> {
    const { owner, admin, member, bystander, ex_member } = cast
    const { chat } = await this.door.ask('createChat', owner.token, {
      body: {
        kind: 'group',
        title: `${canary} ${kind}`,
        description: canary,
        visibility: kind === 'public' ? 'public' : 'private',
        member_ids: [admin, member, bystander, ex_member].map((person) => person.id),
      },
    })
    const params = { chat_id: chat.id }
    const fileId = await this.#file(bystander)
    const writers = { owner, admin, member, bystander, ex_member }
    const messages = await this.#write(chat.id, writers, { bystander: fileId })
    await this.door.ask('updateMember', owner.token, {
      params: { ...params, user_id: admin.id },
      body: { role: 'admin' },
    })
    await this.door.ask('removeMember', owner.token, { params: { ...params, user_id: ex_member.id } })
    if (kind === 'channel')
      await this.door.ask('updateChat', owner.token, { params, body: { posting: 'admins' } })
    if (kind === 'deleted') await this.door.ask('deleteChat', owner.token, { params })
    return { kind, cast, chatId: chat.id, messages, fileId }
  }

  async #write<S extends Seat | 'bystander'>(
    chatId: Id,
    writers: Readonly<Record<S, Person>>,
    files: Readonly<Record<string, Id>>,
  ): Promise<Readonly<Record<S, Id>>> {
    const entries = Object.entries<Person>(writers).map(async ([name, person]) => {
      const fileId = files[name]
      const fileIds = fileId === undefined ? [] : [fileId]
      return [name, await this.say(person, chatId, `from ${name}`, fileIds)] as const
    })
    return Object.fromEntries(await Promise.all(entries)) as Record<S, Id>
  }
}

/** What a call or a frame of the matrix is about, as one person sees it. */
export interface Target {
  readonly chatId: Id
  /** A message of somebody else in the chat. */
  readonly theirs: Id
  /** A message of the one who acts; of those who wrote none, somebody else's. */
  readonly own: Id
  /** Of a message in the chat. */
  readonly fileId: Id
  readonly self: Person
  readonly cast: Cast
}

export function targetOf({ cast, chatId, messages, fileId }: Scene, seat: Seat): Target {
  const theirs = messages.bystander ?? (seat === 'owner' ? messages.peer : messages.owner)
  if (theirs === undefined) throw new Error('nobody else has written')
  return { chatId, theirs, own: messages[seat] ?? theirs, fileId: fileId ?? theirs, self: cast[seat], cast }
}

/** The same, of a chat and messages that never were. */
export function ghostOf(target: Target): Target {
  const theirs = randomUUID()
  const own = target.own === target.theirs ? theirs : randomUUID()
  return { ...target, chatId: randomUUID(), fileId: randomUUID(), theirs, own }
}
