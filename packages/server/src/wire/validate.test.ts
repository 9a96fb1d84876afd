// What compiled checks accept, refuse, and say about it.
import { clientFrames, Id, idPattern, routes, Version } from '@parley/protocol'
import fc from 'fast-check'
import Type, { type TSchema } from 'typebox'
import { describe, expect, test } from 'vitest'
import { AppError } from '../core/errors.ts'
import type { Fault } from './faults.ts'
import { decodeJson } from './json.ts'
import { type Check, compileCheck } from './validate.ts'

const id = '0190a6f0-0000-7000-8000-000000000001'

function faults(check: Check<unknown>, value: unknown): readonly Fault[] {
  try {
    check(value)
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_request') return error.data.errors ?? []
    throw error
  }
  return []
}

const createChat = compileCheck(routes.createChat.body)
const sendBody = compileCheck(routes.sendMessage.body)

describe('a compiled check', () => {
  test('gives back the very value that it accepts', () => {
    const value = { text: 'Привет', reply_to_id: null }
    expect(sendBody(value)).toBe(value)
  })

  test('names every missing and every unknown field', () => {
    expect(faults(createChat, { kind: 'group', tittle: 'x' })).toEqual([
      { path: '/title', message: 'is required' },
      { path: '/member_ids', message: 'is required' },
      { path: '/tittle', message: 'is not a known field' },
    ])
  })

  test('speaks of the kind of object that was meant, not of all alternatives', () => {
    expect(faults(createChat, { kind: 'group', title: ' ', member_ids: ['x', id] })).toEqual([
      { path: '/title', message: 'must not be blank' },
      { path: '/member_ids/0', message: 'must be as described: UUID in lower case' },
    ])
    expect(faults(createChat, { kind: 'channel' })).toEqual([
      { path: '/kind', message: 'must be one of: direct, group' },
    ])
    expect(faults(createChat, [])).toEqual([{ path: '', message: 'must be an object' }])
  })

  test('says the bound that was missed', () => {
    const check = compileCheck(routes.listChats.query)
    expect(faults(check, { limit: 0 })).toEqual([{ path: '/limit', message: 'must be at least 1' }])
    expect(faults(check, { limit: 101 })).toEqual([{ path: '/limit', message: 'must be at most 100' }])
    expect(faults(check, { limit: '5' })).toEqual([{ path: '/limit', message: 'must be an integer' }])
    expect(faults(sendBody, { text: '' })).toEqual([{ path: '/text', message: 'must not be empty' }])
    expect(faults(sendBody, { text: 'x'.repeat(10_001) })).toEqual([
      { path: '/text', message: 'must have at most 10000 characters' },
    ])
    expect(faults(compileCheck(routes.updateMember.body), { role: 'king' })).toEqual([
      { path: '/role', message: 'must be one of: owner, admin, member' },
    ])
  })

  test('does not mention null to someone who sent a wrong text', () => {
    expect(faults(sendBody, { text: 'x', reply_to_id: 'no' })).toEqual([
      { path: '/reply_to_id', message: 'must be as described: UUID in lower case' },
    ])
    expect(faults(sendBody, { text: 'x', reply_to_id: 5 })).toEqual([
      { path: '/reply_to_id', message: 'must be a string' },
    ])
  })

  test('never says what was sent', () => {
    const secret = 'correct horse battery staple'
    const bodies = [
      { login: [secret], password: { [secret]: secret } },
      { login: secret.repeat(20), password: '' },
    ]
    for (const body of bodies) {
      const said = JSON.stringify(faults(compileCheck(routes.login.body), body))
      expect(said).not.toBe('[]')
      expect(said).not.toContain(secret)
    }
  })

  test('cuts paths that a hostile key made long', () => {
    const [fault] = faults(sendBody, { text: 'x', ['k'.repeat(100_000)]: 1 })
    expect(fault?.path.length).toBeLessThanOrEqual(200)
  })

  test('takes little time over a megabyte of faults, and still says the bound', () => {
    const fields = Object.fromEntries(Array.from({ length: 90_000 }, (_, n) => [`k${n}`, 1]))
    const began = process.cpuUsage()
    expect(faults(createChat, { kind: 'group', title: 'x', member_ids: [], ...fields })).not.toEqual([])
    expect(faults(sendBody, fields)).not.toEqual([])
    const many = faults(createChat, { kind: 'group', title: 'x', member_ids: Array(250_000).fill(id) })
    expect(many).toEqual([{ path: '/member_ids', message: 'must have at most 1000 items' }])
    // Seconds of processor time, which a busy machine does not stretch: one pass takes tenths, a pass per fault minutes.
    const { user, system } = process.cpuUsage(began)
    expect((user + system) / 1e6).toBeLessThan(5)
  })

  test('puts the place of the part before its paths', () => {
    expect(faults(compileCheck(Type.Object({ a: Id }), '/chats/0'), {})).toEqual([
      { path: '/chats/0/a', message: 'is required' },
    ])
  })
})

describe('hostile keys', () => {
  const hostile = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']

  test.each(hostile)('%s is refused as an unknown field wherever it stands', (key) => {
    const body = decodeJson(`{"text":"x","${key}":{"text":"y"}}`)
    expect(faults(sendBody, body)).toEqual([{ path: `/${key}`, message: 'is not a known field' }])
    const frame = decodeJson(`{"type":"ping","${key}":1}`)
    expect(faults(compileCheck(clientFrames.ping.schema), frame)).not.toEqual([])
  })

  test.each(hostile)('%s does not stand in for a required field', (key) => {
    expect(faults(sendBody, decodeJson(`{"${key}":{"text":"y"}}`))).not.toEqual([])
  })

  test.each([...hostile, 'x', id.toUpperCase()])('a closed map by id has no place for %s', (key) => {
    const map = Type.Record(Type.String({ pattern: idPattern }), Version, { additionalProperties: false })
    const check = compileCheck(Type.Object({ chats: map }))
    expect(faults(check, decodeJson(`{"chats":{"${id}":1}}`))).toEqual([])
    expect(faults(check, decodeJson(`{"chats":{"${id}":1,"${key}":1}}`))).toEqual([
      { path: `/chats/${key}`, message: 'is not a known field' },
    ])
  })
})

describe('numbers', () => {
  const check = compileCheck(routes.markRead.body)

  test.each(['1e400', '-1', '1.5', '9007199254740993', '"1"', 'null', 'true', '[1]'])(
    '%s is no seq',
    (text) => {
      expect(faults(check, decodeJson(`{"seq":${text}}`))).toHaveLength(1)
    },
  )

  test.each(['0', '1', '1.0', '1e3', '9007199254740991'])('%s is one', (text) => {
    expect(faults(check, decodeJson(`{"seq":${text}}`))).toEqual([])
  })
})

describe('any value against any schema of the protocol', () => {
  const parts = Object.values(routes).flatMap((route): TSchema[] => [
    ...('params' in route ? [route.params] : []),
    ...('query' in route ? [route.query] : []),
    ...('body' in route ? [route.body] : []),
  ])
  const checks = [...parts, ...Object.values(clientFrames).map(({ schema }) => schema)].map((schema) =>
    compileCheck(schema),
  )
  const names = [
    'kind',
    'title',
    'member_ids',
    'text',
    'id',
    'type',
    'chats',
    'seq',
    'user_ids',
    '__proto__',
    'x/y~z',
  ]
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, 0, -1, 1.5, '', ' ', id, 'group', 'direct', 'x'.repeat(300)),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 5, noNullPrototype: true }),
    ),
  }))

  test('is accepted, or refused with at least one fault in words', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(...checks), (candidate, check) => {
        const found = faults(check, candidate)
        for (const { path, message } of found) {
          expect(path).toMatch(/^(\/|$)/)
          expect(message).toMatch(/^(must|is|does) /)
        }
        expect(new Set(found.map(({ path }) => path)).size).toBe(found.length)
      }),
      { numRuns: 3_000 },
    )
  })

  test('a refusal is never without a fault', () => {
    for (const check of checks) {
      for (const candidate of [null, [], 'x', 1, { nonsense: 1 }])
        expect(faults(check, candidate)).not.toEqual([])
    }
  })
})
