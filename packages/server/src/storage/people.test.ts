// Who is found by integer, email and offset.
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sampleUser } from '../../../protocol/test/samples.ts'
import type { Stores } from '../core/ports.ts'
import { at, type Fixture, person, storageFixture } from './test/fixture.ts'

let fixture: Fixture
let stores: Stores

beforeAll(async () => {
  fixture = await storageFixture()
  stores = fixture.stores
})
afterAll(() => fixture.end())

test('the list is in the order of registration, by offset, without who is deleted or deactivated', async () => {
  const first = await person(stores, { name: 'Zoe' })
  const second = await person(stores, { name: 'Adam' })
  const [gone, away] = [await person(stores), await person(stores)]
  const last = await person(stores, { name: 'Mia' })
  await fixture.pool.query('UPDATE users SET deleted_at = $2 WHERE id = $1', [gone, at(1)])
  await fixture.pool.query('UPDATE users SET deactivated_at = $2 WHERE id = $1', [away, at(2)])
  const ids = async (offset: number, limit: number) =>
    (await stores.people.list({ offset, limit })).map(({ id }) => id)
  expect(await ids(0, 10)).toEqual([first, second, last])
  expect(await ids(1, 1)).toEqual([second])
  expect(await ids(2, 10)).toEqual([last])
  expect(await ids(3, 10)).toEqual([])
})

test('a person is the same by id, number and email in any case, active or not', async () => {
  const id = await person(stores, { username: 'Ёж', email: 'Hedgehog@Example.org', name: 'Hedgehog' })
  await fixture.pool.query('UPDATE users SET deactivated_at = $2 WHERE id = $1', [id, at(3)])
  const [found] = await stores.people.people([id, uuidv7()])
  expect(found).toEqual({
    ...sampleUser({ id, username: 'Ёж', name: 'Hedgehog', created_at: at(0).toISOString() }),
    number: expect.any(Number),
    email: 'Hedgehog@Example.org',
    deactivated_at: at(3).toISOString(),
  })
  expect(await stores.people.byNumbers([found?.number ?? 0, 1_000_000])).toEqual([found])
  expect(await stores.people.findByEmails(['hedgehog@EXAMPLE.org', 'nobody@example.org'])).toEqual([found])
})

test('any number of people are found at once, and nobody by nothing', async () => {
  const ids: string[] = []
  for (let index = 0; index < 5; index += 1) ids.push(await person(stores))
  const found = await stores.people.people(ids)
  expect(found.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
  expect(await stores.people.byNumbers(found.map(({ number }) => number))).toHaveLength(5)
  expect(await stores.people.people([])).toEqual([])
  expect(await stores.people.byNumbers([])).toEqual([])
  expect(await stores.people.findByEmails([])).toEqual([])
})
