// The AsyncAPI 3.0 document of the WebSocket, made from the frame tables alone. It describes the server: what it
// receives are the client's frames, what it sends are answers and events.
import type { TSchema } from 'typebox'
import pkg from '../package.json' with { type: 'json' }
import { costText } from './cost.ts'
import { errorCodes, errorRow } from './errors.ts'
import { clientFrames, type FrameRules, serverFrames, socketPath } from './frames.ts'
import { limits, timings } from './limits.ts'
import { createSchemaWriter } from './schema-names.ts'

/** A frame type may exist in both directions (`read`, `typing`), so the key says who sends it. */
type Side = 'client' | 'server'
const messageKey = (side: Side, type: string): string => `${side}.${type}`
const inChannel = (side: Side, type: string) => ({
  $ref: `#/channels/socket/messages/${messageKey(side, type)}`,
})

const closeCodes = (): string =>
  errorCodes
    .flatMap((code) => {
      const { close, title, retryable } = errorRow(code)
      return close === undefined ? [] : [`- ${close} \`${code}\`: ${title}${retryable ? ' (come back)' : ''}`]
    })
    .join('\n')

const channelDescription =
  (): string => `Text frames, one JSON object each, at most ${limits.frameBytes} bytes.

A browser proves who it is by its cookie, with an Origin check; other clients by an \`Authorization\` header or by \`token\` in \`hello\`. \`hello\` comes first, within ${timings.hello / 1000} s. The server pings every ${timings.ping / 1000} s; a socket that was silent for ${timings.silence / 1000} s is gone.

Durable events carry the changed object whole, with its version: keep an object if its version is newer than the one held. Cursors (\`read\`, \`fully_read\`) merge by maximum.

Close codes:
${closeCodes()}`

const messagesOf = (side: Side, frames: Readonly<Record<string, TSchema>>) => {
  const writer = createSchemaWriter()
  const entries = Object.entries(frames).map(([type, schema]) => [
    messageKey(side, type),
    { name: type, title: type, contentType: 'application/json', payload: writer.write(schema) },
  ])
  return { messages: Object.fromEntries(entries), schemas: writer.components() }
}

const clientSchemas = () =>
  Object.fromEntries(Object.entries(clientFrames).map(([type, { schema }]) => [type, schema]))

const meaningOf = ({ key, route, cost }: FrameRules): { description: string } => {
  const sentences = [
    ...(route === null ? [] : [`Does what the call \`${route}\` of the HTTP interface does.`]),
    ...(key === null
      ? []
      : [`Frames that name the same thing, this one by \`${key}\`, are carried out one after another.`]),
    `Costs ${costText(cost)}.`,
  ]
  return { description: sentences.join(' ') }
}

const receiveOperations = () =>
  Object.entries(clientFrames).map(([type, rules]) => [
    `receive_${type}`,
    {
      action: 'receive',
      channel: { $ref: '#/channels/socket' },
      ...meaningOf(rules),
      messages: [inChannel('client', type)],
      reply: {
        channel: { $ref: '#/channels/socket' },
        messages: [inChannel('server', rules.answer), inChannel('server', 'error')],
      },
    },
  ])

const sendOperations = () =>
  Object.keys(serverFrames).map((type) => [
    `send_${type}`,
    { action: 'send', channel: { $ref: '#/channels/socket' }, messages: [inChannel('server', type)] },
  ])

/** The AsyncAPI 3.0 description of every frame, as plain JSON. */
export const asyncapi = (): object => {
  const client = messagesOf('client', clientSchemas())
  const server = messagesOf('server', serverFrames)
  const messages = { ...client.messages, ...server.messages }
  return {
    asyncapi: '3.0.0',
    info: { title: 'Parley', version: pkg.version, license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    channels: {
      socket: {
        address: socketPath,
        title: 'The socket',
        description: channelDescription(),
        messages: Object.fromEntries(
          Object.keys(messages).map((key) => [key, { $ref: `#/components/messages/${key}` }]),
        ),
        bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
      },
    },
    operations: Object.fromEntries([...receiveOperations(), ...sendOperations()]),
    components: { messages, schemas: { ...client.schemas, ...server.schemas } },
  }
}
