// Who is found by integer, email and offset, and who is whose contact.
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sampleUser } from '../../../protocol/test/samples.ts'
import type { Stores } from '../core/ports.ts'
import {
  at,
  changes,
  draft,
  type Fixture,
  group,
  people,
  person,
  send,
  storageFixture,
} from './test/fixture.ts'

let fixture: Fixture
let stores: Stores

beforeAll(async () => {
  fixture = await storageFixture()
  stores = fixture.stores
})
afterAll(() => fixture.end())

test('A22: the list is in the order of registration, by offset, without who is deleted, deactivated or disabled', async () => {
  const first = await person(stores, { name: 'Zoe' })
  const second = await person(stores, { name: 'Adam' })
  const [gone, away, disabled] = [await person(stores), await person(stores), await person(stores)]
  const last = await person(stores, { name: 'Mia' })
  await fixture.pool.query('UPDATE users SET deleted_at = $2 WHERE id = $1', [gone, at(1)])
  await fixture.pool.query('UPDATE users SET deactivated_at = $2 WHERE id = $1', [away, at(2)])
  await stores.operator.setDisabled(disabled, at(2))
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
    own_email: 'Hedgehog@Example.org',
    email_visibility: 'contacts',
    deactivated_at: at(3).toISOString(),
  })
  expect(await stores.people.byNumbers([found?.number ?? 0, 1_000_000])).toEqual([found])
  expect(await stores.people.findByEmails(['hedgehog@EXAMPLE.org', 'nobody@example.org'], null)).toEqual([
    found,
  ])
})

test('any number of people are found at once, and nobody by nothing', async () => {
  const ids: string[] = []
  for (let index = 0; index < 5; index += 1) ids.push(await person(stores))
  const found = await stores.people.people(ids)
  expect(found.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
  expect(await stores.people.byNumbers(found.map(({ number }) => number))).toHaveLength(5)
  expect(await stores.people.people([])).toEqual([])
  expect(await stores.people.byNumbers([])).toEqual([])
  expect(await stores.people.findByEmails([], null)).toEqual([])
})

test('A20: a contact is whoever is in a private group that the person made or wrote in, or wrote and was answered', async () => {
  const { stores, storage } = fixture
  const [ada, ben] = (await people(stores, 2)) as [Id, Id]
  const seesAda = async () => (await stores.people.contactsOf(ben, [ada, uuidv7()])).includes(ada)
  const seesBen = async () => (await stores.people.contactsOf(ada, [ben])).includes(ben)
  const both = async () => [await seesAda(), await seesBen()]
  expect(await both()).toEqual([false, false])
  const { id: direct } = await storage.transaction(async ({ chats }) => {
    const given = { id: uuidv7(), userIds: [ada, ben] as const, createdBy: ada, createdAt: at(0) }
    return (await chats.insertDirect(given)) ?? { id: '' }
  })
  await send(stores, direct, ada)
  expect(await both()).toEqual([false, false])
  await send(stores, direct, ben)
  expect(await both()).toEqual([true, true])

  const [maker, added] = (await people(stores, 2)) as [Id, Id]
  const contacts = async () => [
    await stores.people.contactsOf(added, [maker]),
    await stores.people.contactsOf(maker, [added]),
  ]
  const { id: chatId } = await group(stores, [maker, added])
  expect(await contacts()).toEqual([[maker], []])
  await send(stores, chatId, added)
  expect(await contacts()).toEqual([[maker], [added]])
  for (let count = 0; count < 256; count += 1) await stores.messages.post([draft(chatId, maker)])
  expect(await contacts()).toEqual([[maker], [added]])
  await stores.chats.update(chatId, { visibility: 'public' })
  expect(await contacts()).toEqual([[], []])
  await stores.chats.update(chatId, { visibility: 'private' })
  await changes(storage).remove(chatId, added, at(9))
  expect(await contacts()).toEqual([[], []])
})
