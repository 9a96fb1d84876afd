// Foreign text in a sentence of the app's own: its direction must not reach beyond it. Pure.
// Elements use Isolated (isolated.tsx); this is for what has no elements: labels, titles, texts with a name in them.

/** Letters that are written from right to left, and every mark of direction. */
const directed =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

const firstStrong = '\u2068'
const end = '\u2069'

/**
 * The text with as many ends of isolates as beginnings, each after its beginning: it cannot end the isolate around it, and
 * leaves none open.
 */
export function balanced(text: string): string {
  if (!/[\u2066-\u2069]/u.test(text)) return text
  let open = 0
  let kept = ''
  for (const character of text) {
    if (character >= '\u2066' && character <= firstStrong) open += 1
    else if (character === end) {
      if (open === 0) continue
      open -= 1
    }
    kept += character
  }
  return kept + end.repeat(open)
}

/** One line of text in an isolate of its own; text that has only one way to be written stays as it is. */
export function isolate(text: string): string {
  if (!directed.test(text)) return text
  return firstStrong + balanced(text.replace(/[\n\r\u0085\u2028\u2029]/gu, ' ')) + end
}
