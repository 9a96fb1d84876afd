// Calls that are about no chat in particular: who may make them at all. Each is made with objects of its own, because many end
// sessions or change accounts.
import type { RouteName } from '@parley/protocol'
import { picture } from '../../packages/server/test/file-samples.ts'
import type { HttpDoor, Parts, PartsOf } from './http-door.ts'
import { type People, type Person, password } from './people.ts'
import type { Verdict } from './verdict-table.ts'

/** `anonymous`: without a token. `revoked`: with the token of a session that was ended. */
export const callers = ['anonymous', 'revoked', 'person'] as const
export type Caller = (typeof callers)[number]

export interface AccountScene {
  readonly self: Person
  readonly other: Person
  readonly people: People
  readonly door: HttpDoor
}

export interface AccountCase {
  readonly route: RouteName
  readonly name: string
  readonly parts: (scene: AccountScene) => Parts | Promise<Parts>
  readonly verdicts: Readonly<Record<Caller, Verdict>>
}

function accountCase<N extends RouteName>(
  route: N,
  what: string,
  verdicts: AccountCase['verdicts'],
  parts: (scene: AccountScene) => PartsOf<N> | Promise<PartsOf<N>>,
): AccountCase {
  return { route, name: what === '' ? route : `${route}, ${what}`, parts, verdicts }
}

const personOnly = (person: Verdict): AccountCase['verdicts'] => ({
  anonymous: 'unauthenticated',
  revoked: 'session_revoked',
  person,
})
const smallPicture = () => picture('png', { width: 4, height: 4 })
/** The calls that need no token do not look at one either. */
const anybody = (verdict: Verdict): AccountCase['verdicts'] => ({
  anonymous: verdict,
  revoked: verdict,
  person: verdict,
})

export const accountCases: readonly AccountCase[] = [
  accountCase('register', '', anybody(201), ({ self }) => ({
    body: { username: `${self.username}.new`, password },
  })),
  accountCase('login', '', anybody(200), ({ other }) => ({ body: { login: other.username, password } })),
  accountCase('login', 'wrong password', anybody('wrong_credentials'), ({ other }) => ({
    body: { login: other.username, password: `${password}.` },
  })),
  accountCase(
    'refresh',
    'with the caller’s own token',
    { anonymous: 'invalid_refresh_token', revoked: 'invalid_refresh_token', person: 200 },
    ({ self }) => ({ body: { refresh_token: self.refreshToken } }),
  ),
  accountCase('logout', '', personOnly(204), () => ({ body: {} })),
  accountCase(
    'logout',
    'by the refresh token',
    { anonymous: 204, revoked: 204, person: 204 },
    ({ self }) => ({ body: { refresh_token: self.refreshToken } }),
  ),
  accountCase(
    'logout',
    'by what is no refresh token',
    { anonymous: 'invalid_refresh_token', revoked: 'invalid_refresh_token', person: 204 },
    ({ self }) => ({ body: { refresh_token: self.token } }),
  ),
  accountCase('listSessions', '', personOnly(200), () => ({})),
  accountCase('revokeSession', 'of one’s own', personOnly(204), async ({ self, people }) => ({
    params: { session_id: (await people.again(self)).sessionId },
  })),
  accountCase('revokeSession', 'of somebody else', personOnly('not_found'), ({ other }) => ({
    params: { session_id: other.sessionId },
  })),
  accountCase('changePassword', '', personOnly(204), () => ({
    body: { current_password: password, new_password: `${password}!` },
  })),
  accountCase('changePassword', 'wrong password', personOnly('wrong_credentials'), () => ({
    body: { current_password: `${password}?`, new_password: `${password}!` },
  })),
  accountCase('getMe', '', personOnly(200), () => ({})),
  accountCase('updateMe', '', personOnly(200), () => ({ body: { name: 'changed' } })),
  accountCase('updateMe', 'to a name that is taken', personOnly('already_exists'), ({ other }) => ({
    body: { username: other.username.toUpperCase(), current_password: password },
  })),
  accountCase('updateMe', 'another email without the password', personOnly('password_required'), () => ({
    body: { email: 'thief@example.org' },
  })),
  accountCase('updateMe', 'another email, wrong password', personOnly('wrong_credentials'), () => ({
    body: { email: 'thief@example.org', current_password: `${password}?` },
  })),
  accountCase('deleteMe', '', personOnly(204), () => ({ body: { password } })),
  accountCase('deleteMe', 'wrong password', personOnly('wrong_credentials'), () => ({
    body: { password: `${password}?` },
  })),
  accountCase('uploadFile', '', personOnly(201), () => ({ upload: 'content' })),
  accountCase('setAvatar', '', personOnly(200), async () => ({ upload: await smallPicture() })),
  accountCase('setAvatar', 'to what is no picture', personOnly('invalid_image'), () => ({ upload: 'text' })),
  accountCase('removeAvatar', '', personOnly(200), () => ({})),
  accountCase('getFile', 'somebody’s avatar', personOnly(200), async ({ other, door }) => {
    const { user } = await door.ask('setAvatar', other.token, { upload: await smallPicture() })
    return { params: { file_id: user.avatar_id ?? '' } }
  }),
  accountCase('getFile', 'that somebody uploaded', personOnly('not_found'), async ({ other, door }) => {
    const { file } = await door.ask('uploadFile', other.token, { upload: await smallPicture() })
    return { params: { file_id: file.id } }
  }),
  accountCase(
    'getThumbnail',
    'of what somebody uploaded',
    personOnly('not_found'),
    async ({ other, door }) => {
      const { file } = await door.ask('uploadFile', other.token, { upload: await smallPicture() })
      return { params: { file_id: file.id } }
    },
  ),
  accountCase('listUsers', '', personOnly(200), ({ other }) => ({ query: { query: other.username } })),
  accountCase('getUser', '', personOnly(200), ({ other }) => ({ params: { user_id: other.id } })),
  accountCase('listChats', '', personOnly(200), () => ({})),
  accountCase('listPublicChats', '', personOnly(200), () => ({})),
  accountCase('createChat', 'a direct one', personOnly(201), ({ other }) => ({
    body: { kind: 'direct', user_id: other.id },
  })),
  accountCase('createChat', 'a group', personOnly(201), ({ other }) => ({
    body: { kind: 'group', title: 'a group', member_ids: [other.id] },
  })),
  accountCase('sync', '', personOnly(200), () => ({ body: { chats: {} } })),
  // Demo data is not allowed on this server, and nobody here holds its secret.
  accountCase('seedDemo', '', anybody('not_found'), () => ({ body: {} })),
]
