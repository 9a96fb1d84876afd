// Who is in a chat, and with which role.
import { call, has, hears, inChat, type LostCommit } from '../lost-commit.ts'

export const members: readonly LostCommit[] = [
  {
    what: 'a member is added',
    command: 'members/add-members',
    act: (scene) =>
      call(scene, 'addMembers', scene.owner, {
        params: inChat(scene),
        body: { user_ids: [scene.stranger.id] },
      }),
    expect: (scene) => [
      hears(scene.stranger, 'member_added', (frame) => has(frame, ['member', 'user_id'], scene.stranger.id)),
      hears(scene.member, 'member_added'),
    ],
  },
  {
    what: 'a member is removed',
    command: 'members/remove-member',
    act: (scene) =>
      call(scene, 'removeMember', scene.owner, { params: { ...inChat(scene), user_id: scene.other.id } }),
    expect: (scene) => [hears(scene.other, 'member_removed'), hears(scene.member, 'member_removed')],
    silent: (scene) => scene.other,
  },
  {
    what: 'a member leaves',
    command: 'members/remove-member',
    act: (scene) =>
      call(scene, 'removeMember', scene.other, { params: { ...inChat(scene), user_id: scene.other.id } }),
    expect: (scene) => [hears(scene.other, 'member_removed'), hears(scene.member, 'member_removed')],
    silent: (scene) => scene.other,
  },
  {
    what: 'a role changes',
    command: 'members/update-member',
    act: (scene) =>
      call(scene, 'updateMember', scene.owner, {
        params: { ...inChat(scene), user_id: scene.member.id },
        body: { role: 'admin' },
      }),
    expect: (scene) => [
      hears(scene.other, 'member_updated or member_added', (frame) =>
        has(frame, ['member', 'role'], 'admin'),
      ),
    ],
  },
]
