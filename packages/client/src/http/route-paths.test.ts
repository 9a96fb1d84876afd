import { socketPath as protocolSocketPath, routes } from '@parley/protocol'
import { expect, it } from 'vitest'
import { fill } from './call.ts'
import { routePaths, socketPath } from './route-paths.ts'

it('the paths of the client are those of the route table', () => {
  const expected = Object.entries(routes).map(([name, { method, path }]) => [name, `${method} ${path}`])
  expect(Object.entries(routePaths)).toEqual(expected)
  expect(socketPath).toBe(protocolSocketPath)
})

it('parameters and queries are escaped, and what is undefined is left out', () => {
  expect(fill('/chats/{chat_id}/members/{user_id}', { params: { chat_id: 'a/b', user_id: 'c?d' } })).toBe(
    '/chats/a%2Fb/members/c%3Fd',
  )
  expect(fill('/chats', { query: { archived: false, limit: 5, cursor: undefined, query: 'ä &' } })).toBe(
    '/chats?archived=false&limit=5&query=%C3%A4+%26',
  )
})
