// W2: cursors are opaque to clients, so whatever else comes back in their place is refused, and never reaches the database as it is.
import { type RouteName, routes } from '@parley/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { complaints, refusalOf, Service } from './service.ts'

let service: Service

beforeAll(async () => {
  service = await Service.start()
  const { cast } = service.scene
  for (const title of ['Zebra one', 'Zebra two', 'Zebra three']) {
    await service.door.ask('createChat', service.self.token, {
      body: { kind: 'group', title, member_ids: [cast.member.id], visibility: 'public' },
    })
  }
})
afterEach(() => service.mustStillServe())
afterAll(() => service.stop())

const paged = ['listUsers', 'listChats', 'listPublicChats', 'listMembers'] as const
type Paged = (typeof paged)[number]

test('every call that takes a cursor is looked at', () => {
  const taking = Object.entries(routes)
    .filter(([, route]) => 'query' in route && 'cursor' in route.query.properties)
    .map(([name]) => name)
  expect(taking.sort()).toEqual([...paged].sort())
})

const page = (name: Paged, query: Readonly<Record<string, unknown>>) =>
  service.door.call(name satisfies RouteName, service.self.token, {
    params: name === 'listMembers' ? { chat_id: service.scene.chatId } : {},
    query,
  })

async function cursorOf(name: Paged): Promise<string> {
  const { next_cursor } = JSON.parse((await page(name, { limit: 1 })).text)
  if (typeof next_cursor !== 'string') throw new Error(`${name} has but one page`)
  return next_cursor
}

const base64url = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url')
const id = '0190a000-0000-7000-8000-000000000000'
const time = '2026-01-31T12:00:00.000Z'

const garbage = [
  'x',
  '0',
  '-1',
  'null',
  'undefined',
  '%',
  '""',
  'AAAA',
  '====',
  ' ',
  '💥',
  "' OR 1=1 --",
  '../../etc/passwd',
  'a'.repeat(500),
  base64url('{}'),
  base64url('[]'),
  base64url('null'),
  base64url('[["chats"]]'),
  base64url('{"__proto__":[]}'),
  base64url('['.repeat(150)),
  base64url(Uint8Array.of(0xff, 0xfe, 0x00)),
]

/** What the server could have made itself, but for one thing. */
const forgeries: Readonly<Record<Paged, readonly unknown[][]>> = {
  listUsers: [
    ['users'],
    ['users', 'a'],
    ['users', 'a', 'no id'],
    ['users', 'a', id, 1],
    ['users', 1, id],
    ['users', null, id],
    ['users', 'a\u0000b', id],
    ['users', '\ud800', id],
    ['users', { toString: 1 }, id],
    ['users', 'a', id.toUpperCase()],
  ],
  listPublicChats: [
    ['public_chats', 'a\u0000', id],
    ['public_chats', 'a', "' OR 1=1 --"],
    ['public_chats', [], []],
  ],
  listChats: [
    ['chats', null, 'yesterday', id],
    ['chats', null, null, id],
    ['chats', null, 0, id],
    ['chats', 'infinity', time, id],
    ['chats', null, '-infinity', id],
    ['chats', null, '+010000-01-01T00:00:00.000Z', id],
    ['chats', null, '-000001-01-01T00:00:00.000Z', id],
    ['chats', null, '2026-02-30T00:00:00.000Z', id],
    ['chats', null, time, 'no id'],
    ['chats', time, time],
  ],
  listMembers: [
    ['members', 'now', id],
    ['members', '2026-01-31', id],
    ['members', time, null],
    ['members', time, id, id],
  ],
}

describe.each(paged)('W2: %s', (name) => {
  test('refuses what is no cursor', async () => {
    const wrong = await complaints(
      [...garbage, ...forgeries[name].map((parts) => base64url(JSON.stringify(parts)))],
      async (cursor) => {
        const code = refusalOf(await page(name, { cursor }))
        return code === 'invalid_cursor' ? null : `${cursor}: ${code}`
      },
    )
    expect(wrong).toEqual([])
  })

  test('refuses the cursors of other lists', async () => {
    for (const other of paged.filter((candidate) => candidate !== name)) {
      expect(refusalOf(await page(name, { cursor: await cursorOf(other) }))).toBe('invalid_cursor')
    }
  })

  test('a cursor with one character changed, added or taken is refused or is another cursor', async () => {
    const cursor = await cursorOf(name)
    const changed = Array.from(
      cursor,
      (character, index) =>
        `${cursor.slice(0, index)}${character === 'A' ? 'B' : 'A'}${cursor.slice(index + 1)}`,
    )
    const altered = [
      ...changed,
      `${cursor}A`,
      `${cursor}=`,
      ` ${cursor}`,
      cursor.slice(1),
      cursor.slice(0, -1),
    ]
    const wrong = await complaints(altered, async (candidate) => {
      const answer = await page(name, { cursor: candidate })
      if (answer.status === 200) return null
      const code = refusalOf(answer)
      return code === 'invalid_cursor' ? null : `${candidate}: ${code}`
    })
    expect(wrong).toEqual([])
  })

  test('takes the times and texts at the very edges', async () => {
    const edges: Readonly<Record<Paged, readonly unknown[][]>> = {
      listUsers: [
        ['users', '', id],
        ['users', '\u{10ffff}'.repeat(50), id],
      ],
      listPublicChats: [['public_chats', '\uffff', id]],
      listChats: [
        ['chats', null, '0000-01-01T00:00:00.000Z', id],
        ['chats', '0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', id],
      ],
      listMembers: [
        ['members', '0000-01-01T00:00:00.000Z', id],
        ['members', '9999-12-31T23:59:59.999Z', id],
      ],
    }
    for (const parts of edges[name]) {
      const answer = await page(name, { cursor: base64url(JSON.stringify(parts)) })
      if (answer.status !== 200) expect(refusalOf(answer)).toBe('invalid_cursor')
    }
  })
})
