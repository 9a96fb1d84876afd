// How names are compared, searched and sorted, whatever the locale of the database.
import { emailKey } from '../core/text/email-key.ts'
import { skeleton } from '../core/text/look-alikes.ts'
import { nfkcCasefold } from '../core/text/nfkc-casefold.ts'

export { emailKey, skeleton as usernameSkeleton }

/** One spelling for all that count as the same. */
export const textKey = nfkcCasefold

/**
 * Names the form of the keys. Whoever changes what a key is counts up; a Node with a newer Unicode knows more letters. Where the
 * database's keys have another form they are made again (text-keys.ts).
 */
export const keyForm = `nfkc_casefold 1, unicode ${process.versions.unicode}`

/**
 * The keys that accounts had before that form. An account whose key would be somebody else's keeps it, so it is looked for too; a text
 * whose former key is its present one has none.
 */
export function formerKey(text: string): string | null {
  const former = text.normalize('NFKC').toLowerCase()
  // A username has no @, and for a text without one both keys are the same.
  return former === emailKey(text) ? null : former
}

/** The end of the range of keys that begin with the key, in code point order. */
export const keyRangeEnd = (key: string): string => `${key}\u{10ffff}`
