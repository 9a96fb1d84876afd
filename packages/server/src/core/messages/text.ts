// What the text of a message may be. Stored and returned exactly as sent.
import { limits } from '@parley/protocol'
import { AppError } from '../errors.ts'

/** Throws `invalid_encoding` for U+0000 and lone surrogates, `invalid_request` for empty, blank or too long text. */
export function requireText(text: string): void {
  if (text.includes('\u0000') || !text.isWellFormed()) throw new AppError('invalid_encoding')
  if (text.trim() === '') {
    throw new AppError('invalid_request', { errors: [{ path: '/text', message: 'The text is empty' }] })
  }
  if (text.length > limits.messageTextMax) {
    throw new AppError('invalid_request', {
      limit: limits.messageTextMax,
      errors: [{ path: '/text', message: `At most ${limits.messageTextMax} characters` }],
    })
  }
}
