// How large bodies may be: enough for whatever fits the schema, and not much more.
import { limits, type Route, routes } from '@parley/protocol'
import Type from 'typebox'
import { expect, test } from 'vitest'
import { bodyBytesOf } from './body-bytes.ts'

const withBody = Object.entries(routes as Readonly<Record<string, Route>>).flatMap(([name, { body }]) =>
  body === undefined ? [] : [[name, body] as const],
)

test.each(withBody)('L5: the bound of %s is within the largest', (_, body) => {
  expect(bodyBytesOf(body)).toBeLessThanOrEqual(limits.httpBodyBytes)
})

test('L5: a call of short fields is bounded by them', () => {
  expect(bodyBytesOf(routes.markRead.body)).toBeLessThan(17 * 1024)
  expect(bodyBytesOf(undefined)).toBe(16 * 1024)
})

test.each([
  ['a character of one unit', '\\u0416'],
  ['one of two', '\\ud834\\udd1e'],
  ['one of a form', encodeURIComponent('𝄞')],
])('L5 M8: the longest text fits in however it is written: %s', (_, written) => {
  const text = written.repeat(limits.messageTextMax)
  expect(bodyBytesOf(routes.editMessage.body)).toBeGreaterThan(`{"text":"${text}"}`.length)
  const id = '00000000-0000-7000-8000-000000000000'
  const body = { id, text: '', reply_to_id: id, file_ids: Array(limits.filesPerMessage).fill(id) }
  expect(bodyBytesOf(routes.sendMessage.body)).toBeGreaterThan(JSON.stringify(body).length + text.length)
})

test('L5: as many ids fit in as a call takes', () => {
  const ids = Array.from({ length: limits.membersPerCall }, () => '00000000-0000-7000-8000-000000000000')
  expect(bodyBytesOf(routes.addMembers.body)).toBeGreaterThan(
    JSON.stringify({ user_ids: ids }, null, 2).length,
  )
  const chats = Object.fromEntries(
    ids.map((id, index) => [id.slice(0, -4) + String(index).padStart(4, '0'), Number.MAX_SAFE_INTEGER]),
  )
  expect(bodyBytesOf(routes.sync.body)).toBeGreaterThan(JSON.stringify({ chats }, null, 2).length)
})

test('L5: where a schema does not say how long, the largest message fits', () => {
  const open = Type.Object({ text: Type.String(), things: Type.Array(Type.Integer()) })
  expect(bodyBytesOf(open)).toBeGreaterThan(limits.messageTextMax * 6)
  expect(bodyBytesOf(Type.Object({ a: Type.String(), b: Type.String(), c: Type.String() }))).toBe(
    limits.httpBodyBytes,
  )
})
