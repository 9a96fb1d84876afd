// Read cursors.
import { call, has, hears, inChat, type LostCommit } from '../lost-commit.ts'

export const reads: readonly LostCommit[] = [
  {
    what: 'a read cursor rises',
    command: 'reads/mark-read',
    answersAfter: 'retry',
    act: (scene) => call(scene, 'markRead', scene.member, { params: inChat(scene), body: { seq: 1 } }),
    expect: (scene) => [
      hears(scene.member, 'read', (frame) => has(frame, ['unread_count'], 0)),
      hears(scene.owner, 'read', (frame) => has(frame, ['user_id'], scene.member.id)),
    ],
  },
]
