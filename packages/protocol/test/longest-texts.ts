// The longest texts that fit a schema, to see whether whoever reads it counts as others do.
import { Compile } from 'typebox/compile'

/** JSON Schema of a text, as far as its length goes. */
export interface TextShape {
  readonly maxLength?: number
}

/** A sign, a letter, an email, ASCII: the first whose form the pattern takes. */
const forms = [
  { unit: '😀', end: '' },
  { unit: '𐐨', end: '' },
  { unit: '😀', end: '@a.b' },
  { unit: 'x', end: '' },
] as const

/** A text of as many code points as the shape allows, of astral characters where its pattern takes some; and one of one more. */
export function longestTexts(shape: TextShape): { readonly full: string; readonly more: string } {
  const max = shape.maxLength ?? 0
  const check = Compile(shape)
  for (const { unit, end } of forms) {
    const full = `${unit.repeat(max - end.length)}${end}`
    if (check.Check(full)) return { full, more: `${unit}${full}` }
  }
  throw new Error(`No text has the full length of ${JSON.stringify(shape)}`)
}
