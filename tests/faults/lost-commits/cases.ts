// Every command that tells of what it stored, by its file in the core: how it is called, and who must hear what. The test beside it
// fails for a command without a case.
import { randomUUID } from 'node:crypto'
import type { RouteName } from '@parley/protocol'
import sharp from 'sharp'
import { deactivateAccount } from '../../../packages/server/src/core/accounts/deactivate-account.ts'
import { eraseAccount } from '../../../packages/server/src/core/accounts/delete-account.ts'
import { setDisabled } from '../../../packages/server/src/core/accounts/disable-account.ts'
import { endSessions } from '../../../packages/server/src/core/accounts/end-sessions.ts'
import { finishDeletions } from '../../../packages/server/src/core/accounts/finish-deletions.ts'
import { replacePassword } from '../../../packages/server/src/core/accounts/replace-password.ts'
import { setAdmin } from '../../../packages/server/src/core/accounts/set-admin.ts'
import { setPassword } from '../../../packages/server/src/core/accounts/set-password.ts'
import { attachFile } from '../../../packages/server/src/core/files/attach-file.ts'
import { tellPreview } from '../../../packages/server/src/core/files/tell-preview.ts'
import type { Answer, Parts } from '../../access/http-door.ts'
import { type Heard, Listener } from '../../access/listener.ts'
import { password } from '../../access/people.ts'
import type { Attendee, Scene } from './place.ts'

/** What one of the people has to hear, or that their socket must be closed. */
export type Expected =
  | { readonly who: Attendee['listener']; readonly hears: string; readonly fits: (frame: Heard) => boolean }
  | { readonly who: Attendee['listener']; readonly closed: number }

export interface LostCommit {
  readonly what: string
  /** The command's file below `core`. */
  readonly command: string
  /** What must have happened before; its commits are not lost. */
  readonly before?: (scene: Scene) => Promise<unknown>
  /** Calls the command once. Gives the status of the answer, or throws what the command throws. */
  readonly act: (scene: Scene, prepared: unknown) => Promise<Answer | unknown>
  /** The status of the answer when nothing is lost, if the call is to be refused. */
  readonly refusedWith?: number
  readonly expect: (scene: Scene, prepared: unknown) => readonly Expected[]
  /**
   * `retry` where the answer needs what can only be read after the commit: then it is one to try again after. `nothing` where nobody waits
   * for an answer, and what is left to do is done again later.
   */
  readonly answersAfter?: 'retry' | 'nothing'
  /** Who must hear nothing of the chat any more afterwards. */
  readonly silent?: (scene: Scene) => Attendee
  /** What the call gives when it is made again; success unless stated. `none`: it cannot be made again. */
  readonly again?: 'succeeds' | { readonly status: number; readonly why: string } | 'none'
}

const call = (scene: Scene, name: RouteName, who: Attendee, parts: Parts): Promise<Answer> =>
  scene.place.door.call(name, who.token, parts)

const hears = (who: Attendee, types: string, fits: (frame: Heard) => boolean = () => true): Expected => ({
  who: who.listener,
  hears: types,
  fits: (frame) => types.split(' or ').includes(frame.type) && fits(frame),
})

const inChat = ({ chatId }: Scene) => ({ chat_id: chatId })
const has = (frame: Heard, path: readonly string[], value: unknown): boolean => {
  let at: unknown = frame
  for (const key of path) at = (at as Record<string, unknown> | undefined)?.[key]
  return at === value
}
const actorOf = ({ id, sessionId }: Attendee) => ({ userId: id, sessionId })

/** Another session of the member, with a socket of its own. */
const secondSession = async (scene: Scene) => {
  const session = await scene.place.people.again(scene.member)
  return { ...session, listener: await Listener.enter(scene.place.url, session.token) }
}
type Session = Awaited<ReturnType<typeof secondSession>>

const picture = () =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()

export const lostCommits: readonly LostCommit[] = [
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
  {
    what: 'a file is added to a message',
    command: 'files/attach-file',
    before: async (scene) =>
      (await scene.place.door.ask('uploadFile', scene.owner.token, { upload: 'content' })).file.id,
    act: (scene, fileId) =>
      attachFile(scene.place.app.ports, actorOf(scene.owner), scene.messageId, fileId as string),
    expect: (scene) => [hears(scene.member, 'message_updated')],
  },
  {
    what: 'a picture of a message is read after its upload was answered',
    command: 'files/tell-preview',
    before: async (scene) => {
      const { file } = await scene.place.door.ask('uploadFile', scene.owner.token, { upload: 'content' })
      await attachFile(scene.place.app.ports, actorOf(scene.owner), scene.messageId, file.id)
      return file.id
    },
    act: (scene, fileId) => tellPreview(scene.place.app.ports, fileId as string),
    expect: (scene) => [hears(scene.member, 'message_updated')],
    answersAfter: 'nothing',
  },
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
  {
    what: 'a person is renamed',
    command: 'accounts/update-me',
    act: (scene) => call(scene, 'updateMe', scene.member, { body: { name: 'Renamed' } }),
    expect: (scene) => [
      hears(scene.member, 'me_updated', (frame) => has(frame, ['user', 'name'], 'Renamed')),
      hears(scene.owner, 'user_updated', (frame) => has(frame, ['user', 'name'], 'Renamed')),
    ],
  },
  {
    what: 'a person gets a picture',
    command: 'files/set-avatar',
    before: picture,
    act: (scene, upload) => call(scene, 'setAvatar', scene.member, { upload: upload as Buffer }),
    expect: (scene) => [
      hears(scene.owner, 'user_updated', (frame) => !has(frame, ['user', 'avatar_id'], null)),
    ],
  },
  {
    what: 'a person takes the picture away',
    command: 'files/remove-avatar',
    before: async (scene) => {
      await scene.place.door.ask('setAvatar', scene.member.token, { upload: await picture() })
      await scene.owner.listener.until('the picture', (frame) => frame.type === 'user_updated')
    },
    act: (scene) => call(scene, 'removeAvatar', scene.member, {}),
    expect: (scene) => [
      hears(scene.owner, 'user_updated', (frame) => has(frame, ['user', 'avatar_id'], null)),
    ],
  },
  {
    what: 'another session is ended',
    command: 'accounts/revoke-session',
    before: secondSession,
    act: (scene, session) =>
      call(scene, 'revokeSession', scene.member, {
        params: { session_id: (session as Session).sessionId },
      }),
    expect: (_, session) => [{ who: (session as Session).listener, closed: 4409 }],
  },
  {
    what: 'somebody logs out',
    command: 'accounts/revoke-session',
    act: (scene) => call(scene, 'logout', scene.member, {}),
    expect: (scene) => [{ who: scene.member.listener, closed: 4409 }],
    again: { status: 401, why: 'the session that asks is over' },
  },
  {
    what: 'the password is changed',
    command: 'accounts/change-password',
    before: secondSession,
    act: (scene) =>
      call(scene, 'changePassword', scene.member, {
        body: { current_password: password, new_password: 'another long password' },
      }),
    expect: (_, session) => [{ who: (session as Session).listener, closed: 4409 }],
  },
  {
    what: 'the password is set',
    command: 'accounts/set-password',
    // Of the one contract that changes a password without asking for the present one.
    before: (scene) => scene.place.people.again(scene.member, 'messenger-api'),
    act: (scene, session) =>
      setPassword(scene.place.app.ports, actorOf(session as Session), 'another long password', {
        kind: 'contract',
        contract: { door: 'messenger-api', deeds: ['change_password'] },
      }),
    expect: (scene) => [{ who: scene.member.listener, closed: 4409 }],
  },
  {
    what: 'the operator gives a new password',
    command: 'accounts/replace-password',
    act: (scene) => replacePassword(scene.place.app.ports, scene.member.id, 'another long password'),
    expect: (scene) => [{ who: scene.member.listener, closed: 4409 }],
  },
  {
    what: 'the operator ends all sessions',
    command: 'accounts/end-sessions',
    act: (scene) => endSessions(scene.place.app.ports, scene.member.id, 'all'),
    expect: (scene) => [{ who: scene.member.listener, closed: 4409 }],
  },
  {
    what: 'the operator disables an account',
    command: 'accounts/disable-account',
    act: (scene) => setDisabled(scene.place.app.ports, scene.member.id, true),
    expect: (scene) => [{ who: scene.member.listener, closed: 4409 }],
  },
  {
    what: 'the operator makes an administrator',
    command: 'accounts/set-admin',
    act: (scene) => setAdmin(scene.place.app.ports, scene.member.id, true),
    expect: (scene) => [hears(scene.member, 'me_updated', (frame) => has(frame, ['user', 'is_admin'], true))],
  },
  {
    what: 'a stolen refresh token is used',
    command: 'accounts/refresh',
    before: async (scene) => {
      const refresh = (refresh_token: string) =>
        scene.place.door.ask('refresh', null, { body: { refresh_token } })
      const first = await refresh(scene.member.refreshToken)
      await refresh(first.refresh_token ?? '')
    },
    act: (scene) =>
      scene.place.door.call('refresh', null, { body: { refresh_token: scene.member.refreshToken } }),
    refusedWith: 401,
    expect: (scene) => [{ who: scene.member.listener, closed: 4409 }],
    again: { status: 401, why: 'the token is refused' },
  },
  {
    what: 'an account is deactivated',
    command: 'accounts/deactivate-account',
    act: (scene) =>
      deactivateAccount(scene.place.app.ports, actorOf(scene.member), { kind: 'password', password }),
    expect: (scene) => [{ who: scene.member.listener, closed: 4409 }],
  },
  {
    what: 'a deactivated account logs in',
    command: 'accounts/login',
    before: async (scene) => {
      await scene.place.app.ports.storage.stores.accounts.setDeactivated(scene.member.id, new Date())
    },
    act: (scene) =>
      scene.place.door.call('login', null, { body: { login: scene.member.username, password } }),
    expect: (scene) => [hears(scene.member, 'me_updated')],
  },
  {
    what: 'an account is deleted',
    command: 'accounts/delete-account',
    act: (scene) => eraseAccount(scene.place.app.ports, scene.member.id),
    expect: (scene) => [
      { who: scene.member.listener, closed: 4409 },
      hears(scene.owner, 'user_updated', (frame) => !has(frame, ['user', 'deleted_at'], null)),
    ],
    again: 'none',
  },
  {
    what: 'somebody deletes the own account',
    command: 'accounts/delete-account',
    act: (scene) => call(scene, 'deleteMe', scene.member, { body: { password } }),
    expect: (scene) => [
      { who: scene.member.listener, closed: 4409 },
      hears(scene.owner, 'user_updated', (frame) => !has(frame, ['user', 'deleted_at'], null)),
    ],
    again: 'none',
  },
  {
    what: 'a deleted person leaves a group',
    command: 'accounts/finish-deletions',
    before: async (scene) => {
      // Nobody of the cases before is left to leave, so that the first commit is this person's.
      await finishDeletions(scene.place.app.ports)
      return eraseAccount(scene.place.app.ports, scene.member.id)
    },
    act: (scene) => finishDeletions(scene.place.app.ports),
    expect: (scene) => [hears(scene.owner, 'member_removed')],
  },
]

const isDirect = (frame: Heard): boolean => has(frame, ['chat', 'kind'], 'direct')
