// Finding fields in JSON bytes without parsing them.

/** Finds the bytes in `bytes[start…end)` and returns the place after them, or -1. */
export type FieldFinder = (bytes: Buffer, start: number, end: number) => number

/** A finder that looks first where it found the field last time: frames of one kind mostly differ by a digit or none. */
export function createFieldFinder(field: string): FieldFinder {
  const needle = Buffer.from(field, 'latin1')
  let hint = 0
  return (bytes, start, end) => {
    if (start + hint + needle.length <= end && startsWith(bytes, start + hint, needle)) {
      return start + hint + needle.length
    }
    const at = bytes.indexOf(needle, start)
    if (at < 0 || at + needle.length > end) return -1
    hint = at - start
    return at + needle.length
  }
}

export function startsWith(bytes: Buffer, at: number, needle: Buffer): boolean {
  if (at + needle.length > bytes.length) return false
  for (let index = 0; index < needle.length; index++) {
    if (bytes[at + index] !== needle[index]) return false
  }
  return true
}

/** The decimal number that begins at the place and ends before anything that is not a digit. */
export function readNumber(bytes: Buffer, at: number): number {
  let value = 0
  for (let index = at; ; index++) {
    const digit = (bytes[index] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return value
    value = value * 10 + digit
  }
}
