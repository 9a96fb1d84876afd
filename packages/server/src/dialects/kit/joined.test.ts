import { expect, test } from 'vitest'
import { joinedByPerson, joinedBySocket } from './joined.ts'

test('sockets of a person share what they joined until the last is closed', () => {
  const joined = joinedByPerson()
  const one = joined.enter('ann')
  one.add('chat')
  expect([...joined.enter('ann')]).toEqual(['chat'])
  expect([...joined.enter('ben')]).toEqual([])
  joined.leave('ann')
  expect([...joined.enter('ann')]).toEqual(['chat'])
  joined.leave('ann')
  joined.leave('ann')
  expect([...joined.enter('ann')]).toEqual([])
})

test('or each has its own', () => {
  joinedBySocket.enter('ann').add('chat')
  expect([...joinedBySocket.enter('ann')]).toEqual([])
})
