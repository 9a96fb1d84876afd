// How much may wait on one device for one account.
import { limits } from '@parley/protocol'
import { OutboxFullError, ParleyError } from '../errors.ts'
import type { OutgoingFile, Sendable } from '../types.ts'

export const outboxLimits = {
  /** Of one file, as the server allows. */
  fileBytes: limits.fileBytes,
  /** Of all files together that wait. */
  waitingBytes: 200 * 1024 * 1024,
} as const

/** Why files may not join those that wait; undefined if they may. */
export const tooMuch = (
  waiting: readonly Sendable[],
  files: readonly Pick<OutgoingFile, 'content'>[],
): Error | undefined => {
  if (files.length === 0) return undefined
  if (files.some(({ content }) => content.size > outboxLimits.fileBytes)) {
    return new ParleyError({ code: 'file_too_large', detail: 'The file is too large', retryable: false })
  }
  const before = waiting.flatMap((entry) => (entry.kind === 'message' ? (entry.files ?? []) : []))
  const bytes = [...before, ...files].reduce((sum, { content }) => sum + content.size, 0)
  if (bytes <= outboxLimits.waitingBytes) return undefined
  return new OutboxFullError('More files wait to be sent than this device may keep')
}
