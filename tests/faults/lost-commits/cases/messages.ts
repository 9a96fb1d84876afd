// Messages: sent, edited, deleted.
import { randomUUID } from 'node:crypto'
import { call, has, hears, inChat, type LostCommit } from '../lost-commit.ts'

export const messages: readonly LostCommit[] = [
  {
    what: 'a message is sent',
    command: 'messages/message-writer',
    before: async () => randomUUID(),
    act: (scene, id) =>
      call(scene, 'sendMessage', scene.owner, { params: inChat(scene), body: { id, text: 'new' } }),
    expect: (scene, id) => [
      hears(scene.member, 'message_created', (frame) => has(frame, ['message', 'id'], id)),
      hears(scene.owner, 'message_created', (frame) => has(frame, ['message', 'id'], id)),
    ],
  },
  {
    what: 'a message with a file is sent',
    command: 'messages/message-writer',
    before: async (scene) => {
      const { file } = await scene.place.door.ask('uploadFile', scene.owner.token, { upload: 'content' })
      return { id: randomUUID(), file_ids: [file.id] }
    },
    act: (scene, body) => call(scene, 'sendMessage', scene.owner, { params: inChat(scene), body }),
    expect: (scene, body) => [
      hears(scene.member, 'message_created', (frame) =>
        has(frame, ['message', 'id'], (body as { id: string }).id),
      ),
    ],
  },
  {
    what: 'a message is edited',
    command: 'messages/edit-message',
    act: (scene) =>
      call(scene, 'editMessage', scene.owner, {
        params: { message_id: scene.messageId },
        body: { text: 'other' },
      }),
    expect: (scene) => [
      hears(scene.member, 'message_updated', (frame) => has(frame, ['message', 'text'], 'other')),
    ],
  },
  {
    what: 'a message is deleted',
    command: 'messages/delete-message',
    act: (scene) => call(scene, 'deleteMessage', scene.owner, { params: { message_id: scene.messageId } }),
    expect: (scene) => [hears(scene.member, 'message_deleted')],
  },
]
