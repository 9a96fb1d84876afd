// What a file may be called.
import { fits, isVisible, limits } from '@parley/protocol'
import { AppError } from '../errors.ts'
import { cleanLine } from '../text/clean-text.ts'

/**
 * The name as cleanLine leaves it (a mark that turns the direction of text can make `gnp.exe` look like `exe.png`), without folders and
 * line breaks; `file` when nothing is left to see. Throws `invalid_request` when it is too long, `invalid_encoding` for lone surrogates.
 */
export function fileNameOf(given: string): string {
  if (!given.isWellFormed()) throw new AppError('invalid_encoding')
  const base = given.split(/[/\\]/).at(-1) ?? ''
  const name = cleanLine(base.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ''))
  if (!fits(name, limits.fileNameMax)) {
    throw new AppError('invalid_request', {
      limit: limits.fileNameMax,
      errors: [{ path: '/file', message: `The name must have at most ${limits.fileNameMax} characters` }],
    })
  }
  return !isVisible(name) || name === '.' || name === '..' ? 'file' : name
}
