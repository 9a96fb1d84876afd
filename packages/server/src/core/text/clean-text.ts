// Takes out of names and descriptions what cannot be seen, and what makes the text around them read otherwise than it is written.

const lineBreaks = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g
const controls = /\p{Cc}/gu
const controlsWithinLines = /(?![\n\t])\p{Cc}/gu
const ordinary = /^[\x20-\x7e]*$/

/** Scripts that are written with joiners: they say which form a letter takes, as in Persian and the scripts of India. */
const joining =
  '(?:(?!\\p{Default_Ignorable_Code_Point})[\\p{L}\\p{M}])(?<=[' +
  [
    'Arabic',
    'Syriac',
    'Nko',
    'Mongolian',
    'Mandaic',
    'Devanagari',
    'Bengali',
    'Gurmukhi',
    'Gujarati',
    'Oriya',
    'Tamil',
    'Telugu',
    'Kannada',
    'Malayalam',
    'Sinhala',
    'Khmer',
    'Myanmar',
    'Tibetan',
  ]
    .map((script) => `\\p{Script_Extensions=${script}}`)
    .join('') +
  '])'

/**
 * What is ignored by default, with the places where it belongs before it: a flag of tags, a joiner within an emoji or a word of a joining
 * script, and what chooses the form of the character before it. Only what is in `keep` stays.
 */
const invisible = new RegExp(
  [
    // 🏴 with a region in tags.
    '(?<keep>(?<=\\u{1f3f4})[\\u{e0020}-\\u{e007e}]{1,8}\\u{e007f}',
    // 👩‍🚀: between pictures, of which the first may have a colour or be chosen as a picture.
    '|(?<=\\p{Extended_Pictographic}(?:\\ufe0f|\\p{Emoji_Modifier})?)\\u200d(?=\\p{Extended_Pictographic})',
    `|(?<=${joining})[\\u200c\\u200d](?=${joining})`,
    // As a picture or as text: ☺️, 1️⃣.
    '|(?<=\\p{Emoji})[\\ufe0e\\ufe0f]',
    '|(?<=[\\p{Ideographic}\\p{Sm}\\p{Script=Myanmar}])[\\ufe00-\\ufe02]',
    '|(?<=\\p{Ideographic})[\\u{e0100}-\\u{e01ef}]',
    '|(?<=[\\u1820-\\u18aa])[\\u180b-\\u180f])',
    '|\\p{Default_Ignorable_Code_Point}',
  ].join(''),
  'gu',
)

const withoutInvisible = (text: string): string =>
  text.replaceAll(invisible, (_, keep: string | undefined) => keep ?? '')

/**
 * A text of one line: line breaks and tabs become spaces; other controls, marks that turn the direction of writing and what is ignored
 * by default are gone, but where emoji and scripts need it; no space at either end. Never longer than the text; applying it again
 * changes nothing. What is left may be empty or blank.
 */
export function cleanLine(text: string): string {
  if (ordinary.test(text)) return text.trim()
  const line = text.replaceAll(lineBreaks, ' ').replaceAll('\t', ' ').replaceAll(controls, '')
  return withoutInvisible(line).trim()
}

/** `cleanLine` for a text of several lines: line breaks (all as U+000A) and tabs stay. */
export function cleanLines(text: string): string {
  if (ordinary.test(text)) return text.trim()
  return withoutInvisible(text.replaceAll(lineBreaks, '\n').replaceAll(controlsWithinLines, '')).trim()
}
