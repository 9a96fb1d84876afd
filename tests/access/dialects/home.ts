// A chat of one's own, for those who are not in the chat that a test is about.
import { randomUUID } from 'node:crypto'
import type { Person } from '../people.ts'
import type { Cast, Scene, Stage } from '../stage.ts'
import type { Home } from './dialect-case.ts'
import { type Place, placeOf } from './place.ts'

/** A new group that the person owns, with one other person; both have written. */
export async function homeOf(stage: Stage, cast: Cast, self: Person, kind: Home): Promise<Place> {
  const { chat } = await stage.door.ask('createChat', self.token, {
    body: { kind: 'group', title: 'home', member_ids: [cast.guest.id] },
  })
  // Without the canary: here it may be read.
  const say = async ({ token }: Person) => {
    const { message } = await stage.door.ask('sendMessage', token, {
      params: { chat_id: chat.id },
      body: { text: 'at home' },
    })
    return message.id
  }
  const messages = { owner: await say(self), bystander: await say(cast.guest) }
  if (kind === 'channel') {
    await stage.door.ask('updateChat', self.token, {
      params: { chat_id: chat.id },
      body: { posting: 'admins' },
    })
  }
  const people: Cast = { ...cast, owner: self, bystander: cast.guest }
  const scene: Scene = { kind, cast: people, chatId: chat.id, messages, fileId: randomUUID() }
  return placeOf(stage.server, scene, 'owner')
}
