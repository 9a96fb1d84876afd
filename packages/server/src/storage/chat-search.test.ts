// Finding one's own chats by what they are called.
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Stores } from '../core/ports.ts'
import { at, type Fixture, group, people, person, storageFixture } from './test/fixture.ts'

let fixture: Fixture
let stores: Stores

beforeAll(async () => {
  fixture = await storageFixture()
  stores = fixture.stores
})
afterAll(() => fixture.end())

const two = async (): Promise<[Id, Id]> => (await people(stores, 2)) as [Id, Id]
const idsOf = (views: readonly { id: Id }[]) => views.map(({ id }) => id)
const direct = (userIds: readonly [Id, Id]) =>
  fixture.storage.transaction(({ chats }) =>
    chats.insertDirect({ id: uuidv7(), userIds, createdBy: userIds[0], createdAt: at(0) }),
  )

describe('K8: the search among the own chats', () => {
  test('finds groups by a part of their title and direct chats by what the other is called, archived ones too', async () => {
    const [self, other] = await two()
    const named = await person(stores, { name: 'Łucja Nowak', username: 'lucky_lucja' })
    const titled = await group(stores, [self], { title: 'Harbour Watch' })
    const hidden = await group(stores, [other], { title: 'Harbour of others', visibility: 'public' })
    const pair = await direct([self, named])
    await stores.chats.updatePreferences(titled.id, self, { archived: true }, at(5))
    const found = async (query: string, archived?: boolean) =>
      idsOf(
        (
          await stores.chats.views(self, {
            ...{ limit: 10, query },
            ...(archived === undefined ? {} : { archived }),
          })
        ).items,
      )
    expect(await found('bour w')).toEqual([titled.id])
    expect(await found('HARBOUR')).toEqual([titled.id])
    expect(await found('harbour', false)).toEqual([])
    expect(await found('nowak')).toEqual([pair?.id])
    expect(await found('CKY_LU')).toEqual([pair?.id])
    expect(await found('%')).toEqual([])
    expect(await stores.chats.view(hidden.id, self)).not.toBeNull()
  })

  test('gives pages in the order of the list', async () => {
    const [self] = await two()
    const groups: Id[] = []
    for (let count = 0; count < 5; count += 1)
      groups.push((await group(stores, [self], { title: `Team ${count}` })).id)
    await group(stores, [self], { title: 'Other' })
    const all = (await stores.chats.views(self, { limit: 10, query: 'team' })).items
    const first = await stores.chats.views(self, { limit: 3, query: 'team' })
    const rest = await stores.chats.views(self, {
      ...{ limit: 3, query: 'team' },
      cursor: first.next_cursor ?? '',
    })
    expect(idsOf(all).toSorted()).toEqual(groups.toSorted())
    expect([...first.items, ...rest.items]).toEqual(all)
    expect(rest.next_cursor).toBeNull()
  })
})
