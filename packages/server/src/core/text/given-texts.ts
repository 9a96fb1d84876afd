// What people, groups and descriptions may be called, and the form in which it is kept.
import { isVisible, usernamePattern } from '@parley/protocol'
import { AppError } from '../errors.ts'
import { cleanLine, cleanLines } from './clean-text.ts'
import { isOfOneScript } from './scripts.ts'

const username = new RegExp(usernamePattern, 'u')

/**
 * The username as it is kept: as it was given, with composed characters composed. Throws `invalid_request` for one that does not fit the
 * protocol's pattern, or that mixes scripts.
 */
export function usernameOf(given: string): string {
  const composed = given.normalize('NFC')
  if (!username.test(composed)) throw invalid('/username', 'must be as described for usernames')
  if (!isOfOneScript(composed)) {
    throw invalid('/username', 'must have the letters of one script, or of those that are written together')
  }
  return composed
}

/** A name of one line, without what cannot be seen. Throws `invalid_request` when nothing is left to see. */
export const personNameOf = (given: string): string => seen(cleanLine(given), '/name')

/** A title of one line, without what cannot be seen. Throws `invalid_request` when nothing is left to see. */
export const titleOf = (given: string): string => seen(cleanLine(given), '/title')

/** A bio or description of any number of lines; nothing to see is none. */
export function descriptionOf(given: string): string {
  const cleaned = cleanLines(given)
  return isVisible(cleaned) ? cleaned : ''
}

function seen(text: string, path: string): string {
  if (!isVisible(text)) throw invalid(path, 'must not be blank')
  return text
}

const invalid = (path: string, message: string): AppError =>
  new AppError('invalid_request', { errors: [{ path, message }] })
