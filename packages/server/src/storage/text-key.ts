// How names are compared, searched and sorted, whatever the locale of the database.

/** One spelling for all that count as the same: compatible forms composed, without regard to case. */
export const textKey = (text: string): string => text.normalize('NFKC').toLowerCase()

/** The end of the range of keys that begin with the key, in code point order. */
export const keyRangeEnd = (key: string): string => `${key}\u{10ffff}`
