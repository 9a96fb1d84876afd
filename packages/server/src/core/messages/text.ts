// What a message may consist of. Texts are stored and returned exactly as sent.
import { fits, type Id, isVisible, limits } from '@parley/protocol'
import { AppError } from '../errors.ts'

/**
 * Throws `invalid_encoding` for U+0000 and lone surrogates, `invalid_request` for a text that is too long or of which nothing can be
 * seen.
 */
export function requireText(text: string): void {
  if (text.includes('\u0000') || !text.isWellFormed()) throw new AppError('invalid_encoding')
  if (!isVisible(text)) {
    throw new AppError('invalid_request', { errors: [{ path: '/text', message: 'The text is blank' }] })
  }
  if (!fits(text, limits.messageTextMax)) {
    throw new AppError('invalid_request', {
      limit: limits.messageTextMax,
      errors: [{ path: '/text', message: `At most ${limits.messageTextMax} characters` }],
    })
  }
}

/** A text, files, or both; a text that is empty counts as none. Throws as requireText does, and `too_many_files`. */
export function requireContent(text: string, fileIds: readonly Id[]): void {
  if (text !== '' || fileIds.length === 0) requireText(text)
  if (fileIds.length > limits.filesPerMessage) {
    throw new AppError('too_many_files', { limit: limits.filesPerMessage })
  }
  if (fileIds.length > 1 && new Set(fileIds).size < fileIds.length) {
    throw new AppError('invalid_request', {
      errors: [{ path: '/file_ids', message: 'A file is there twice' }],
    })
  }
}
