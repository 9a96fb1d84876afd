// D8: values of a contract are cut to what its schema names, wherever in them.
import Type from 'typebox'
import { expect, test } from 'vitest'
import { compileKnown } from './known-values.ts'
import { maybe, nullable, object, optional } from './route.ts'
import { frame, frames } from './socket.ts'

const Person = object({ name: Type.String(), email: optional(Type.String()) })
const hostile = { name: 'Anna', id: 7, admin: true, constructor: 'x' }

test('D8: within objects, lists, and what may be null', () => {
  const check = compileKnown(
    object({
      one: Person,
      many: Type.Array(Person),
      none: nullable(Person),
      lists: maybe(Type.Array(Person)),
    }),
  )
  expect(check({ one: hostile, many: [hostile], none: null, lists: [hostile], more: [] })).toEqual({
    ...{ one: { name: 'Anna' }, many: [{ name: 'Anna' }], none: null, lists: [{ name: 'Anna' }] },
  })
  expect(check({ one: hostile, many: [], none: hostile })).toEqual({
    ...{ one: { name: 'Anna' }, many: [], none: { name: 'Anna' } },
  })
})

test('D8: no key of a prototype comes through', () => {
  const given = JSON.parse('{"name":"Anna","__proto__":{"email":"x"},"toString":1}')
  const known = compileKnown(Person)(given)
  expect(Object.keys(known)).toEqual(['name'])
  expect(known.email).toBeUndefined()
})

test('D8: what does not fit is refused as it came', () => {
  const check = compileKnown(Person, '/body')
  expect(() => check({ id: 7, email: 7 })).toThrow(
    expect.objectContaining({
      code: 'invalid_request',
      data: {
        errors: [
          { path: '/body/name', message: 'is required' },
          { path: '/body/email', message: 'must be a string' },
        ],
      },
    }),
  )
})

test('a schema that cannot be cut to is found at once', () => {
  expect(() => compileKnown(Type.Union([Person, object({ id: Type.Integer() })]))).toThrow('several objects')
})

test('D8: frames, too', () => {
  let handed: object = {}
  const read = frames('type', {
    greet: frame(Person, (given) => {
      handed = given
      return { do: 'typing', chat: 'a chat' }
    }),
  })
  read(
    { type: 'greet', ...hostile },
    { actor: { userId: '', sessionId: '' }, place: null, joined: new Set() },
  )
  expect(handed).toEqual({ name: 'Anna' })
})
