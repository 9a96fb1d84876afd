// Usernames that people bring from elsewhere, where other rules held.
import { codePointLength, limits } from '@parley/protocol'
import { AppError } from '../errors.ts'
import { cleanLine } from '../text/clean-text.ts'
import { cutText } from '../text/cut-text.ts'
import { usernameOf } from '../text/given-texts.ts'

const foreign = /(?:\p{Default_Ignorable_Code_Point}|[^\p{L}\p{M}\p{N}_.-])/gu
const wrongFirst = /^[.\p{M}]/u
const wrongLast = /\.$/u

/** Code points that a name leaves for the number behind it. */
const roomForNumber = 3
const lastNumber = 50

/** What the person may be called here, the likest first: a username as A13 wants it, then the same with numbers. None where no letter of it could be kept. */
export function usernameCandidates(given: string): readonly string[] {
  const base = usable(given)
  if (base === null) return []
  const begin = cutText(base, limits.usernameMax - roomForNumber)
  const numbered = Array.from({ length: lastNumber - 1 }, (_, index) => `${begin}_${index + 2}`)
  return [base, ...numbered]
}

function usable(given: string): string | null {
  const cleaned = cleanLine(given.toWellFormed()).normalize('NFC').replaceAll(foreign, '_')
  const cut = cutText(cleaned, limits.usernameMax).replace(wrongFirst, '_').replace(wrongLast, '_')
  try {
    return usernameOf(cut + '_'.repeat(Math.max(0, limits.usernameMin - codePointLength(cut))))
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}
