// What is done in a chat while everybody listens through a dialect: by the canonical API, so that it is the same for all dialects.
import type { Person } from '../people.ts'
import { canary, type Scene, type Stage } from '../stage.ts'
import type { Action } from './dialect-case.ts'

/** In the text of the last message of the actions. */
export const lastWords = 'the last word'

/** Everything is done in the order of the list, each action when the one before is acknowledged. */
export function actionsIn(stage: Stage, scene: Scene): Readonly<Record<Action, () => Promise<unknown>>> {
  const { owner, admin, bystander, guest, member } = scene.cast
  const params = { chat_id: scene.chatId }
  let news = ''
  let seq = 0
  const say = async (person: Person, text: string): Promise<void> => {
    const { message } = await stage.door.ask('sendMessage', person.token, {
      params,
      body: { text: `${canary}: ${text}` },
    })
    news = message.id
    seq = message.seq
  }
  return {
    message: () => say(owner, 'news'),
    typing: () => stage.door.call('sendTyping', bystander.token, { params }),
    read: () => stage.door.ask('markRead', admin.token, { params, body: { seq } }),
    edit: () =>
      stage.door.ask('editMessage', owner.token, {
        params: { message_id: news },
        body: { text: `${canary}: changed` },
      }),
    delete: () =>
      stage.door.ask('deleteMessage', admin.token, {
        params: { message_id: scene.messages.bystander ?? '' },
      }),
    rename: () => stage.door.ask('updateChat', owner.token, { params, body: { title: `${canary} renamed` } }),
    add: () => stage.door.ask('addMembers', admin.token, { params, body: { user_ids: [guest.id] } }),
    remove: () => stage.door.ask('removeMember', owner.token, { params: { ...params, user_id: member.id } }),
    'message after': () => say(owner, lastWords),
  }
}

/** So that a read of the next message is of that message alone. */
export async function readAll(stage: Stage, { chatId, cast }: Scene): Promise<void> {
  const { chat } = await stage.door.ask('getChat', cast.admin.token, { params: { chat_id: chatId } })
  await stage.door.ask('markRead', cast.admin.token, {
    params: { chat_id: chatId },
    body: { seq: chat.last_seq },
  })
}
