// Messages, reading and typing over HTTP.
import type { IncomingHttpHeaders } from 'node:http'
import { idempotencyKeyPattern } from '@parley/protocol/openapi'
import { AppError } from '../../core/errors.ts'
import { getMessage, withSender } from '../../core/messages/get-message.ts'
import { listMessages } from '../../core/messages/list-messages.ts'
import { listRevisions } from '../../core/messages/list-revisions.ts'
import { listMessageReads } from '../../core/reads/list-message-reads.ts'
import { operations } from '../../operations/operations.ts'
import type { Handlers } from '../call.ts'

export const messageHandlers = {
  async listMessages({ ports }, { actor, params, query }) {
    return { status: 200, body: await listMessages(ports, actor, params.chat_id, query) }
  },

  async sendMessage({ ports }, { actor, params, body, headers }) {
    // Read in any case: a key that is none is an error even when the id makes it superfluous.
    const key = readIdempotencyKey(headers)
    const { created, message } = await operations.sendMessage(ports, actor, {
      ...params,
      ...body,
      ...(key === undefined || body.id !== undefined ? {} : { idempotency_key: key }),
    })
    return { status: created ? 201 : 200, body: await withSender(ports, message) }
  },

  async getMessage({ ports }, { actor, params }) {
    return { status: 200, body: await getMessage(ports, actor, params.message_id) }
  },

  async editMessage({ ports }, { actor, params, body }) {
    const message = await operations.editMessage(ports, actor, { ...params, ...body })
    return { status: 200, body: await withSender(ports, message) }
  },

  async deleteMessage({ ports }, { actor, params }) {
    const message = await operations.deleteMessage(ports, actor, params)
    return { status: 200, body: await withSender(ports, message) }
  },

  async listRevisions({ ports }, { actor, params }) {
    return { status: 200, body: { items: await listRevisions(ports, actor, params.message_id) } }
  },

  async listMessageReads({ ports }, { actor, params }) {
    return { status: 200, body: await listMessageReads(ports, actor, params.message_id) }
  },

  async markRead({ ports }, { actor, params, body }) {
    return { status: 200, body: await operations.markRead(ports, actor, { ...params, ...body }) }
  },

  async sendTyping({ ports }, { actor, params }) {
    await operations.sendTyping(ports, actor, params)
    return { status: 204, body: null }
  },
} satisfies Partial<Handlers>

const idempotencyKey = new RegExp(idempotencyKeyPattern)

/** `Idempotency-Key`: 1 to 255 visible ASCII characters. */
function readIdempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && idempotencyKey.test(key)) return key
  throw new AppError('invalid_request', {
    detail: 'Idempotency-Key must be 1 to 255 visible ASCII characters',
  })
}
