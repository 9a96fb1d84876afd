// Which scripts may stand beside one another in a name that must not look like another one.

/** Scripts in use today (UAX #31, tables 5 and 7). Letters of all others count as one further script. */
const scripts = [
  'Adlam',
  'Arabic',
  'Armenian',
  'Balinese',
  'Bamum',
  'Batak',
  'Bengali',
  'Bopomofo',
  'Canadian_Aboriginal',
  'Chakma',
  'Cham',
  'Cherokee',
  'Cyrillic',
  'Devanagari',
  'Ethiopic',
  'Georgian',
  'Greek',
  'Gujarati',
  'Gurmukhi',
  'Han',
  'Hangul',
  'Hebrew',
  'Hiragana',
  'Javanese',
  'Kannada',
  'Katakana',
  'Kayah_Li',
  'Khmer',
  'Lao',
  'Latin',
  'Lepcha',
  'Limbu',
  'Lisu',
  'Malayalam',
  'Mandaic',
  'Meetei_Mayek',
  'Mongolian',
  'Myanmar',
  'New_Tai_Lue',
  'Newa',
  'Nko',
  'Ol_Chiki',
  'Oriya',
  'Osage',
  'Saurashtra',
  'Sinhala',
  'Sundanese',
  'Syloti_Nagri',
  'Syriac',
  'Tai_Le',
  'Tai_Tham',
  'Tai_Viet',
  'Tamil',
  'Telugu',
  'Thaana',
  'Thai',
  'Tibetan',
  'Tifinagh',
  'Vai',
  'Wancho',
  'Yi',
] as const

type Script = (typeof scripts)[number]

/** What is written together: Japanese, Chinese and Korean, each with Latin letters. */
const together: readonly (readonly Script[])[] = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
]

/** Characters that may be read as one of these scripts, and those of no script: digits, punctuation, most marks. */
const within = (members: readonly string[]): RegExp =>
  new RegExp(
    `^[\\p{Script=Common}\\p{Script=Inherited}${members.map((script) => `\\p{Script_Extensions=${script}}`).join('')}]*$`,
    'u',
  )

const ofTwoOrMore = together.map(within)
const ofOne = scripts.map((script) => within([script]))
const ofAnother = new RegExp(`^[^${scripts.map((script) => `\\p{Script=${script}}`).join('')}]*$`, 'u')
const ascii = /^[\0-\x7f]*$/

/**
 * Whether all letters are of one script, or of those that Japanese, Chinese and Korean are written with: the level "highly restrictive" of
 * UTS #39 (§5.2), which refuses Latin letters among Cyrillic or Greek ones.
 */
export const isOfOneScript = (text: string): boolean =>
  ascii.test(text) || [...ofTwoOrMore, ...ofOne, ofAnother].some((pattern) => pattern.test(text))
