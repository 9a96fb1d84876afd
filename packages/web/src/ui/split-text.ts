// Dividing a text that is too long for one message. Pure.
import { fits } from '@parley/protocol'

/** Where a piece may end, the best first: between paragraphs, lines, sentences, words. */
const seams = [/\n\s*\n/gu, /\n/gu, /[.!?。！？…]\s/gu, /\s/gu] as const

/**
 * The text in pieces of at most `most` code points, none of them blank, divided where it hurts least and never within what a
 * reader sees as one character. A seam in the first half of a piece is none.
 */
export function splitText(text: string, most: number): string[] {
  const pieces: string[] = []
  let rest = text.trim()
  while (!fits(rest, most)) {
    const head = [...rest.slice(0, most * 2)].slice(0, most).join('')
    const end = lastSeam(head, rest)
    pieces.push(rest.slice(0, end).trim())
    rest = rest.slice(end).trim()
  }
  return rest === '' ? pieces : [...pieces, rest]
}

function lastSeam(head: string, rest: string): number {
  for (const seam of seams) {
    const last = [...head.matchAll(seam)].at(-1)
    if (last !== undefined && last.index > head.length / 2) return last.index + last[0].trimEnd().length
  }
  const segments = [...new Intl.Segmenter().segment(rest.slice(0, head.length + 64))]
  return segments.findLast(({ index }) => index > 0 && index <= head.length)?.index ?? head.length
}
