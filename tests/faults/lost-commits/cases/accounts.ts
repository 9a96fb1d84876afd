// Accounts, their pictures, passwords and sessions.
import sharp from 'sharp'
import { deactivateAccount } from '../../../../packages/server/src/core/accounts/deactivate-account.ts'
import { eraseAccount } from '../../../../packages/server/src/core/accounts/delete-account.ts'
import { setDisabled } from '../../../../packages/server/src/core/accounts/disable-account.ts'
import { endSessions } from '../../../../packages/server/src/core/accounts/end-sessions.ts'
import { finishDeletions } from '../../../../packages/server/src/core/accounts/finish-deletions.ts'
import { replacePassword } from '../../../../packages/server/src/core/accounts/replace-password.ts'
import { setAdmin } from '../../../../packages/server/src/core/accounts/set-admin.ts'
import { setPassword } from '../../../../packages/server/src/core/accounts/set-password.ts'
import { Listener } from '../../../access/listener.ts'
import { password } from '../../../access/people.ts'
import { actorOf, call, has, hears, type LostCommit } from '../lost-commit.ts'
import type { Scene } from '../place.ts'

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

export const accounts: readonly LostCommit[] = [
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
