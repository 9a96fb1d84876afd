// Hostile sorts over HTTP.
import { randomUUID } from 'node:crypto'
import { limits } from '@parley/protocol'
import sharp from 'sharp'
import { formOf } from '../visitor.ts'
import { counter, crowd, type Sort } from './crowd.ts'

const next = counter()
const unknownChats = () =>
  Object.fromEntries(Array.from({ length: limits.resumeChats }, () => [randomUUID(), 1]))

/** A megabyte each. */
const manyKeys = Buffer.from(
  JSON.stringify({
    chats: Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`k${index}`, 1])),
  }),
)
const deep = Buffer.from(`{"chats":${'['.repeat(1_000_000)}`)
/** What just fits into the largest call. */
const fitting = Buffer.from(
  `{"chats":{${Array.from({ length: 4_000 }, (_, index) => `"k${index}":1`).join(',')}}}`,
)

const post =
  (path: string, body: (chatId: string) => unknown, count = 20): Sort =>
  ({ visitor, account, chatId, signal }) =>
    crowd(count, signal, () =>
      visitor.call({ method: 'POST', path, token: account.token, body: body(chatId) }),
    )

const wildcards = ['%', '_', '\\', 'a', 'e', '%_', '*'].map((sign) => encodeURIComponent(sign.repeat(80)))
const dialectPaths = [
  '/compat/chat-backend/api/chats',
  '/compat/chat-backend/api/users',
  '/compat/windi-messenger/chats',
  '/compat/messenger-api/api/v1/chats',
]

export const callSorts = {
  /** A thousand chats that are not the caller's. */
  sync: post('/api/v1/sync', () => ({ chats: unknownChats() })),
  bodies: post('/api/v1/sync', () => (next() % 2 === 0 ? manyKeys : fitting)),
  'deep-json': post('/api/v1/sync', () => deep),
  search: ({ visitor, account, signal }) =>
    crowd(20, signal, () => {
      const at = next()
      const query = at % 2 === 0 ? wildcards[at % wildcards.length] : String.fromCharCode(97 + (at % 26))
      const path = at % 3 === 0 ? '/api/v1/chats/public' : '/api/v1/users'
      return visitor.call({ path: `${path}?limit=100&query=${query}`, token: account.token })
    }),
  history: ({ visitor, account, chatId, signal }) =>
    crowd(30, signal, () =>
      visitor.call({ path: `/api/v1/chats/${chatId}/messages?limit=100`, token: account.token }),
    ),
  profile: ({ visitor, account, signal }) =>
    crowd(10, signal, () =>
      visitor.call({
        method: 'PATCH',
        path: '/api/v1/users/me',
        token: account.token,
        body: { name: `Name ${next()}` },
      }),
    ),
  titles: ({ visitor, account, chatId, signal }) =>
    crowd(10, signal, () =>
      visitor.call({
        method: 'PATCH',
        path: `/api/v1/chats/${chatId}${next() % 2 === 0 ? '' : '/preferences'}`,
        token: account.token,
        body: next() % 2 === 0 ? { title: `Title ${next()}` } : { pinned: true },
      }),
    ),
  /** Pictures of 49 million pixels in some kilobytes. */
  pictures: async ({ visitor, account, signal }) => {
    const bomb = await sharp({
      create: { width: 7_000, height: 7_000, channels: 3, background: '#fff' },
      limitInputPixels: false,
    })
      .png({ compressionLevel: 9 })
      .toBuffer()
    await crowd(8, signal, () =>
      visitor.call({
        method: 'POST',
        path: '/api/v1/files',
        token: account.token,
        ...formOf('bomb.png', bomb),
      }),
    )
  },
  /** Passwords of people who are not there. */
  guesses: ({ visitor, signal }) =>
    crowd(20, signal, () =>
      visitor.call({
        method: 'POST',
        path: '/api/v1/auth/login',
        body: { login: `nobody${next()}`, password: 'a guess' },
      }),
    ),
  /** Passwords of the innocent person, guessed. */
  lockout: ({ visitor, innocent, signal }) =>
    crowd(20, signal, () =>
      visitor.call({
        method: 'POST',
        path: '/api/v1/auth/login',
        body: { login: innocent, password: `a guess ${next()}` },
      }),
    ),
  registrations: ({ visitor, signal }) =>
    crowd(20, signal, () =>
      visitor.call({
        method: 'POST',
        path: '/api/v1/auth/register',
        body: { username: `flood-${randomUUID().slice(0, 13)}`, password: 'correct horse battery' },
      }),
    ),
  /** Nobody, who asks for what is not there and shows tokens that are none. */
  strangers: ({ visitor, signal }) =>
    crowd(30, signal, () =>
      visitor.call(next() % 2 === 0 ? { path: '/nothing' } : { path: '/api/v1/users/me', token: 'none' }),
    ),
  dialects: ({ visitor, account, signal }) =>
    crowd(20, signal, () =>
      visitor.call({ path: dialectPaths[next() % dialectPaths.length] ?? '/', token: account.token }),
    ),
} satisfies Record<string, Sort>
