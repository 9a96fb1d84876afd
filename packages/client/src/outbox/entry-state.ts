// What an entry of the outbox says of itself.
import type { Message } from '@parley/protocol'
import { ParleyError } from '../errors.ts'
import type { OutgoingChange, Sendable } from '../types.ts'

/** The server has it already, by this very change or by another. */
export const isTrue = (change: OutgoingChange, message: Message): boolean =>
  change.kind === 'deletion' ? message.deleted_at !== null : message.text === change.text

/** Tells two states of one entry apart. */
export const stateOf = (entry: Sendable): string =>
  JSON.stringify([
    ...[entry.createdAt, entry.failed === null, entry.delay?.code],
    entry.kind === 'message' ? entry.files?.map(({ fileId }) => fileId) : null,
  ])

export const failureOf = ({ code, detail }: NonNullable<Sendable['failed']>): ParleyError =>
  new ParleyError({ code: code as ParleyError['code'], detail, retryable: false })
