import { createConfig, lintFromString } from '@redocly/openapi-core'
import { expect, test } from 'vitest'
import { asyncapi } from './asyncapi.ts'
import { errorCodes, errorRow } from './errors.ts'
import { clientFrames, serverFrames, socketPath } from './frames.ts'

interface Document {
  channels: { socket: { address: string; description: string; messages: Record<string, { $ref: string }> } }
  operations: Record<string, { action: string; messages: { $ref: string }[]; reply?: object }>
  components: {
    messages: Record<string, { name: string; payload: { properties: Record<string, unknown> } }>
    schemas: Record<string, object>
  }
}

const document = asyncapi() as Document

const lint = async (source: object) => {
  const config = await createConfig({ rules: { struct: 'error', 'no-unresolved-refs': 'error' } })
  const problems = await lintFromString({ source: JSON.stringify(source), config })
  return problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)
}

const resolve = (pointer: string): unknown =>
  pointer
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document)

test('the document is valid AsyncAPI 3.0', async () => {
  expect(await lint(document)).toEqual([])
  expect(await lint({ ...document, channels: { socket: { address: 7 } } })).not.toEqual([])
})

test('every reference resolves', () => {
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '')
  expect(refs.length).toBeGreaterThan(100)
  expect(refs.filter((ref) => resolve(ref) === undefined)).toEqual([])
})

const clientSchemas = Object.fromEntries(
  Object.entries(clientFrames).map(([type, { schema }]) => [type, schema]),
)

test.each([
  ['client', 'receive', clientSchemas],
  ['server', 'send', serverFrames],
] as const)(
  'every frame of the %s is a message of the channel and of an operation',
  (side, action, frames) => {
    for (const [type, schema] of Object.entries(frames)) {
      const key = `${side}.${type}`
      expect(document.channels.socket.messages[key]).toEqual({ $ref: `#/components/messages/${key}` })
      expect(document.components.messages[key]?.name).toBe(type)
      expect(Object.keys(document.components.messages[key]?.payload.properties ?? {})).toEqual(
        Object.keys(schema.properties),
      )
      expect(document.operations[`${action}_${type}`]).toMatchObject({
        action,
        messages: [{ $ref: `#/channels/socket/messages/${key}` }],
      })
    }
  },
)

test('there is no message or operation beyond the tables', () => {
  const count = Object.keys(clientFrames).length + Object.keys(serverFrames).length
  expect(Object.keys(document.components.messages)).toHaveLength(count)
  expect(Object.keys(document.operations)).toHaveLength(count)
})

test.each(Object.entries(clientFrames))('%s is documented with what answers it', (type, { answer }) => {
  const messages = [answer, 'error'].map((name) => ({ $ref: `#/channels/socket/messages/server.${name}` }))
  expect(document.operations[`receive_${type}`]?.reply).toMatchObject({ messages })
})

test('the channel tells the address and every close code', () => {
  expect(document.channels.socket.address).toBe(socketPath)
  for (const code of errorCodes) {
    const { close } = errorRow(code)
    if (close !== undefined) expect(document.channels.socket.description).toContain(`${close} \`${code}\``)
  }
})

test('entities are referred to, not repeated', () => {
  const messages = JSON.stringify(document.components.messages)
  for (const name of ['User', 'Me', 'Message', 'Member', 'Chat', 'ChatView']) {
    expect(document.components.schemas).toHaveProperty(name)
    expect(messages).toContain(`#/components/schemas/${name}"`)
    expect(messages).not.toContain(JSON.stringify(document.components.schemas[name]))
  }
})
