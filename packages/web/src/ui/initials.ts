// What an avatar shows of a name and an id.

const colours = 8

/** Up to two letters: of the first and the last word, without splitting what a reader sees as one character. */
export function initials(name: string): string {
  const words = name.split(/\s+/u).filter((word) => /[\p{L}\p{N}\p{Emoji_Presentation}]/u.test(word))
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words
  const segmenter = new Intl.Segmenter()
  const first = (word: string | undefined) => {
    const clean = (word ?? '').replace(/^[^\p{L}\p{N}\p{Emoji_Presentation}]+/u, '')
    for (const { segment } of segmenter.segment(clean)) return withFewMarks(segment)
    return ''
  }
  return ends.map(first).join('').toLocaleUpperCase() || '?'
}

/** What is written above a letter without end is left out. */
const withFewMarks = (character: string): string => character.replace(/(\p{Mn}{2})\p{Mn}+/gu, '$1')

/** 0 to 7, the same for the same id everywhere and always. */
export function avatarColour(id: string): number {
  let hash = 0
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return hash % colours
}
