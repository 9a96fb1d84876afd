// Lists of ids in queries.
import type { Id } from '@parley/protocol'
import { expect, test } from 'vitest'
import type { Ports, Stores } from '../../core/ports.ts'
import { bearer, onlyPorts, problemIn, startServer } from '../test/start.ts'

const one = '0190a6f0-0000-7000-8000-00000000000a'
const two = '0190a6f0-0000-7000-8000-00000000000b'

async function start() {
  const asked: (readonly Id[])[] = []
  const accounts = {
    async profiles(ids: readonly Id[]) {
      asked.push(ids)
      return []
    },
  }
  const storage = { stores: { accounts } as unknown as Stores } as Ports['storage']
  const { server } = await startServer({ ports: onlyPorts({ storage }) })
  const list = (ids: string) => server.inject({ url: `/api/v1/users?ids=${ids}`, headers: bearer })
  return { asked, list }
}

test('people are asked for by ids with commas in between', async () => {
  const { asked, list } = await start()
  expect((await list(`${one},${two}`)).json()).toEqual({ items: [], next_cursor: null })
  await list(one)
  expect(asked).toEqual([[one, two], [one]])
})

test.each([
  '',
  ',',
  `${one},`,
  `${one};${two}`,
  `${one}, ${two}`,
  '-'.repeat(36),
  `${one},${'-'.repeat(36)}`,
  one.toUpperCase(),
])('the list %j is refused before the database sees it', async (ids) => {
  const { asked, list } = await start()
  const answer = await list(ids)
  expect([answer.statusCode, problemIn(answer).code]).toEqual([400, 'invalid_request'])
  expect(problemIn(answer).errors?.[0]?.path).toBe('/ids')
  expect(asked).toEqual([])
})
