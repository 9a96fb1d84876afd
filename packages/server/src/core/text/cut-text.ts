// Shortens texts without breaking what is one character for their readers.
import { codePointLength } from '@parley/protocol'

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** The longest beginning of whole grapheme clusters (UAX #29) that has at most so many code points; empty where the first one has more. */
export const cutText = (text: string, maxCodePoints: number): string =>
  // No text has more code points than code units.
  text.length <= maxCodePoints ? text : cut(text, maxCodePoints, codePointLength)

/** `cutText` for places that count bytes of UTF-8. */
export const cutToBytes = (text: string, maxBytes: number): string =>
  Buffer.byteLength(text) <= maxBytes ? text : cut(text, maxBytes, Buffer.byteLength)

/** Takes no longer for what lies behind the cut. */
function cut(text: string, max: number, sizeOf: (text: string) => number): string {
  let end = 0
  let left = max
  // A character takes at least one unit of the size, and at most two of the text; one more shows whether the last cluster is whole.
  for (const { segment, index } of graphemes.segment(text.slice(0, 2 * max + 2))) {
    left -= sizeOf(segment)
    if (left < 0) break
    end = index + segment.length
  }
  return text.slice(0, end)
}
