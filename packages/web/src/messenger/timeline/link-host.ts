// Whether the name of a host can be shown as it was written, or pretends to be another one. Pure.
// After Unicode's restriction levels (UTS 39, "highly restrictive") and what browsers do for their address bar.

const scripts = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Georgian',
  'Hebrew',
  'Arabic',
  'Thaana',
  'Syriac',
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
  'Thai',
  'Lao',
  'Khmer',
  'Myanmar',
  'Tibetan',
  'Ethiopic',
  'Mongolian',
  'Cherokee',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Bopomofo',
] as const

const scriptPatterns = scripts.map((script) => [script, new RegExp(`\\p{Script=${script}}`, 'u')] as const)

/** Scripts that are written together, each with Latin too. */
const companions: readonly ReadonlySet<string>[] = [
  new Set(['Latin', 'Han', 'Hiragana', 'Katakana']),
  new Set(['Latin', 'Han', 'Hangul']),
  new Set(['Latin', 'Han', 'Bopomofo']),
]

/** Letters of other scripts that look like Latin ones: a word of nothing else is read as a Latin word. */
const latinLookalikes = /^[асԁеһіјӏорԛѕԝхуъьҽпгѵѡοαινρυκ0-9-]+$/u

const scriptOf = (character: string): string =>
  scriptPatterns.find(([, pattern]) => pattern.test(character))?.[0] ?? 'other'

/** Of the letters; digits, hyphens and marks belong to every script. */
function scriptsOf(label: string): ReadonlySet<string> {
  return new Set([...label].filter((character) => /\p{L}/u.test(character)).map(scriptOf))
}

function isMixed(label: string): boolean {
  const found = scriptsOf(label)
  return found.size > 1 && !companions.some((set) => [...found].every((script) => set.has(script)))
}

const isAscii = (text: string): boolean => !/[^\0-\x7f]/u.test(text)

/** A letter with an accent of its own is one character (NFC); what is left over is drawn into its neighbours. */
const hasStrayMark = (label: string): boolean =>
  /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]\p{M}/u.test(label)

/** `host` as it was written. True if a reader could take it for another host: then only its ASCII form says which it is. */
export function isDeceptiveHost(host: string): boolean {
  const written = host.normalize('NFC')
  if (isAscii(written)) return false
  if (written.normalize('NFKC') !== written) return true
  const labels = written.toLowerCase().split('.')
  const topLevel = labels.at(-1) ?? ''
  return labels.some(
    (label) =>
      !isAscii(label) &&
      (isMixed(label) || hasStrayMark(label) || (isAscii(topLevel) && latinLookalikes.test(label))),
  )
}
