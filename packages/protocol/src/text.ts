// How texts are measured and which of them can be seen: the same for schemas, the core, and whoever asks before sending.

/** What is read as text but leaves nothing on the screen: spaces, controls, what fonts ignore, and marks without a letter. */
const unseen =
  '\\p{White_Space}\\p{Cc}\\p{Cs}\\p{M}\\p{Default_Ignorable_Code_Point}\\u2800\\ufff9-\\ufffc\\u{13430}-\\u{1343f}\\u{1d159}'

/** As a pattern of JSON Schema, in the way of ECMA-262 with the flag `u`: there is at least one character that can be seen. */
export const visiblePattern = `[^${unseen}]`

const visible = new RegExp(visiblePattern, 'u')

/** Whether anything of the text can be seen. A text of which nothing can is blank. */
export function isVisible(text: string): boolean {
  const first = text.charCodeAt(0)
  // Nearly every message begins with a letter or a sign of ASCII.
  return (first > 0x20 && first < 0x7f) || visible.test(text)
}

/**
 * The length in Unicode code points, which is the unit of every length of this protocol and of JSON Schema. Half of a surrogate
 * pair by itself counts as one.
 */
export function codePointLength(text: string): number {
  let length = text.length
  for (let index = 1; index < text.length; index += 1) {
    if (isLow(text.charCodeAt(index)) && isHigh(text.charCodeAt(index - 1))) length -= 1
  }
  return length
}

const isHigh = (unit: number): boolean => (unit & 0xfc00) === 0xd800
const isLow = (unit: number): boolean => (unit & 0xfc00) === 0xdc00

/** `codePointLength(text) <= max`, without counting where the number of code units says enough. */
export const fits = (text: string, max: number): boolean =>
  text.length <= max || (text.length <= max * 2 && codePointLength(text) <= max)
