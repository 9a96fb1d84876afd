// What a file may be called.
import { limits } from '@parley/protocol'
import { AppError } from '../errors.ts'

/**
 * The name without folders, control characters and marks that turn the direction of text (which can make `gnp.exe` look like
 * `exe.png`); `file` when nothing is left. Throws `invalid_request` when it is too long, `invalid_encoding` for lone surrogates.
 */
export function fileNameOf(given: string): string {
  if (!given.isWellFormed()) throw new AppError('invalid_encoding')
  const base = given.split(/[/\\]/).at(-1) ?? ''
  const name = base.replaceAll(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu, '').trim()
  if (name.length > limits.fileNameMax) {
    throw new AppError('invalid_request', {
      limit: limits.fileNameMax,
      errors: [{ path: '/file', message: `The name must have at most ${limits.fileNameMax} characters` }],
    })
  }
  return name === '' || name === '.' || name === '..' ? 'file' : name
}
