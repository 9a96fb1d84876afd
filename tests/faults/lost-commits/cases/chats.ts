// Chats, and what they are to one member.
import { randomUUID } from 'node:crypto'
import type { Heard } from '../../../access/listener.ts'
import { call, has, hears, inChat, type LostCommit } from '../lost-commit.ts'

export const chats: readonly LostCommit[] = [
  {
    what: 'a group is made',
    command: 'chats/create-group',
    before: async () => randomUUID(),
    act: (scene, id) =>
      call(scene, 'createChat', scene.owner, {
        body: { kind: 'group', id, title: 'Another', member_ids: [scene.member.id] },
      }),
    expect: (scene, id) => [
      hears(scene.owner, 'chat_created', (frame) => has(frame, ['chat_id'], id)),
      hears(scene.member, 'chat_created', (frame) => has(frame, ['chat_id'], id)),
    ],
  },
  {
    what: 'a direct chat is made',
    command: 'chats/create-direct-chat',
    act: (scene) =>
      call(scene, 'createChat', scene.owner, { body: { kind: 'direct', user_id: scene.stranger.id } }),
    expect: (scene) => [
      hears(scene.owner, 'chat_created', isDirect),
      hears(scene.stranger, 'chat_created', isDirect),
    ],
  },
  {
    what: 'a group is renamed',
    command: 'chats/update-chat',
    act: (scene) => call(scene, 'updateChat', scene.owner, { params: inChat(scene), body: { title: 'New' } }),
    expect: (scene) => [hears(scene.member, 'chat_updated', (frame) => has(frame, ['chat', 'title'], 'New'))],
  },
  {
    what: 'a group is deleted',
    command: 'chats/delete-chat',
    act: (scene) => call(scene, 'deleteChat', scene.owner, { params: inChat(scene) }),
    expect: (scene) => [hears(scene.member, 'chat_deleted'), hears(scene.owner, 'chat_deleted')],
  },
  {
    what: 'a chat is pinned',
    command: 'chats/update-preferences',
    act: (scene) =>
      call(scene, 'updatePreferences', scene.member, { params: inChat(scene), body: { pinned: true } }),
    expect: (scene) => [
      hears(scene.member, 'preferences_updated', (frame) => has(frame, ['preferences', 'pinned'], true)),
    ],
  },
]

const isDirect = (frame: Heard): boolean => has(frame, ['chat', 'kind'], 'direct')
