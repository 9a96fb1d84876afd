import Type from 'typebox'
import { expect, test } from 'vitest'
import { Message, User } from './entities.ts'
import { Id, Seq } from './ids.ts'
import { createSchemaWriter, namedSchemas } from './schema-names.ts'

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })

test('a named schema is referred to, also inside lists, unions and optional fields', () => {
  const { write } = createSchemaWriter()
  const schema = Type.Object({
    one: Message,
    list: Type.Array(User),
    perhaps: Type.Optional(Message),
    none: Type.Union([Id, Type.Null()]),
  })
  expect(write(schema)).toEqual({
    type: 'object',
    required: ['one', 'list', 'none'],
    properties: {
      one: ref('Message'),
      list: { type: 'array', items: ref('User') },
      perhaps: ref('Message'),
      none: { anyOf: [ref('Id'), { type: 'null' }] },
    },
  })
})

test('an optional field whose content fits two names is written out, not misnamed', () => {
  const { write } = createSchemaWriter()
  expect(write(Type.Optional(Seq))).toEqual({
    type: 'integer',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
  })
  expect(write(Seq)).toEqual(ref('Seq'))
})

test('the components are those that were referred to, with everything they refer to', () => {
  const writer = createSchemaWriter()
  expect(writer.components()).toEqual({})
  writer.write(User)
  expect(Object.keys(writer.components())).toEqual(['Id', 'Time', 'User'])
})

test('what is written holds nothing that JSON would lose, and no marks of TypeBox', () => {
  const writer = createSchemaWriter()
  for (const schema of Object.values(namedSchemas)) writer.write(schema)
  const components = writer.components()
  expect(Object.keys(components)).toEqual(Object.keys(namedSchemas))
  expect(JSON.parse(JSON.stringify(components))).toEqual(components)
  for (const schema of Object.values(components)) {
    expect(Object.getOwnPropertyNames(schema).filter((key) => key.startsWith('~'))).toEqual([])
  }
})
