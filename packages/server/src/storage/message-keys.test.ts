// Keys of messages on a real database.
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Fixture, storageFixture } from './test/fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await storageFixture()
})
afterAll(() => fixture.end())

test('keys are found again in their chat, and only there', async () => {
  const { messageKeys } = fixture.stores
  const [chatId, other, first, second, third] = Array.from({ length: 5 }, () => uuidv7())
  if (!chatId || !other || !first || !second || !third) throw new Error('There are five ids')
  await Promise.all([
    messageKeys.note({ chatId, messageId: first, key: 'one' }),
    messageKeys.note({ chatId, messageId: second, key: 'два' }),
    messageKeys.note({ chatId: other, messageId: third, key: 'three' }),
  ])
  const found = await messageKeys.keysOf(chatId, [third, second, first, uuidv7()])
  expect(found).toEqual(
    new Map([
      [second, 'два'],
      [first, 'one'],
    ]),
  )
  expect(await messageKeys.keysOf(chatId, [])).toEqual(new Map())
})

test('the first key of a message stays, in a transaction too', async () => {
  const [chatId, messageId] = [uuidv7(), uuidv7()]
  await fixture.storage.transaction(async ({ messageKeys }) => {
    await messageKeys.note({ chatId, messageId, key: 'first' })
    await messageKeys.note({ chatId, messageId, key: 'second' })
  })
  const { messageKeys } = fixture.otherNode().stores
  await Promise.all(['third', 'fourth'].map((key) => messageKeys.note({ chatId, messageId, key })))
  expect(await messageKeys.keysOf(chatId, [messageId])).toEqual(new Map([[messageId, 'first']]))
})
