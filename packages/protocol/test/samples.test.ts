import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { Chat, Me, Member, Message, User } from '../src/index.ts'
import { sampleChat, sampleMe, sampleMember, sampleMessage, sampleUser } from './samples.ts'

test.each([
  ['a user', User, sampleUser()],
  ['one’s own account', Me, sampleMe()],
  ['a message', Message, sampleMessage()],
  ['a member', Member, sampleMember()],
  ['a chat', Chat, sampleChat()],
])('the sample of %s is one', (_, schema, sample) => {
  expect([...Compile(schema).Errors(sample)]).toEqual([])
})

test('a sample is what its test says of it, and the rest fits', () => {
  expect(sampleMessage({ seq: 7, text: null })).toMatchObject({ seq: 7, text: null, version: 8 })
  expect(sampleMessage({ seq: 7, version: 20 })).toMatchObject({ version: 20 })
  expect(sampleMe({ name: 'Ada', is_admin: true })).toEqual({ ...sampleMe(), name: 'Ada', is_admin: true })
})
