import { describe, expect, test } from 'vitest'
import { createOrderCheck } from './order-check.ts'

const kindsFor = (seqs: readonly number[], lastSeq = 0) => {
  const check = createOrderCheck(2, 2)
  check.follow(1, 1, lastSeq)
  for (const seq of seqs) check.see(1, 1, seq)
  return check.violations().map((violation) => violation.kind)
}

describe('order check', () => {
  test('a dense row from the known number on is in order', () => {
    expect(kindsFor([1, 2, 3, 4])).toEqual([])
    expect(kindsFor([8, 9], 7)).toEqual([])
  })

  test('a hole is caught once', () => {
    expect(kindsFor([1, 2, 4, 5])).toEqual(['hole'])
  })

  test('a hole before the first message is caught', () => {
    expect(kindsFor([9], 7)).toEqual(['hole'])
  })

  test('a double is caught', () => {
    expect(kindsFor([1, 2, 2, 3])).toEqual(['repeat'])
  })

  test('two swapped messages are caught', () => {
    expect(kindsFor([1, 3, 2, 4])).toEqual(['hole', 'repeat'])
  })

  test('a message of a chat that the socket does not follow is caught', () => {
    const check = createOrderCheck(2, 2)
    check.follow(0, 0, 0)
    check.see(0, 1, 1)
    check.see(1, 0, 1)
    expect(check.violations().map((violation) => violation.kind)).toEqual(['stranger', 'stranger'])
  })

  test('chats and sockets are numbered apart', () => {
    const check = createOrderCheck(2, 2)
    for (const socket of [0, 1]) for (const chat of [0, 1]) check.follow(socket, chat, 0)
    for (const seq of [1, 2])
      for (const socket of [0, 1]) for (const chat of [0, 1]) check.see(socket, chat, seq)
    expect(check.violationCount()).toBe(0)
  })

  test('every violation is counted, the first ones are kept', () => {
    const check = createOrderCheck(1, 1)
    check.follow(0, 0, 0)
    for (let step = 1; step <= 50; step++) check.see(0, 0, step * 2)
    expect(check.violationCount()).toBe(50)
    expect(check.violations()).toHaveLength(20)
    expect(check.violations()[0]).toEqual({ kind: 'hole', socket: 0, chat: 0, expected: 1, got: 2 })
  })
})
