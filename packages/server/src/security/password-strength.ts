// How easily a password is guessed, by zxcvbn: words, names and passwords that are known to be used, rows of keys, dates, repetitions.
import type { PasswordStrength } from '../core/ports.ts'

/** Code points that are looked at. Matching takes time that grows faster than the length; a long password is judged by its beginning. */
const lookedAt = 24

/** Guesses that a password must withstand: below them zxcvbn counts 0 or 1 of its 4. */
const guessesMin = 1e6

/** What the lists of zxcvbn lack: Russian passwords in common use, and how they look when typed with Latin keys. */
const more = [
  'parley',
  'пароль',
  'парольпароль',
  'привет',
  'йцукен',
  'йцукенг',
  'йцукенгш',
  'йцукенгшщз',
  'фывапролд',
  'фывапрол',
  'ячсмить',
  'йфяцычувс',
  'любовь',
  'солнышко',
  'наташа',
  'максим',
  'марина',
  'россия',
  'спартак',
  'зенит',
  'админ',
  'ghbdtn',
  'gfhjkm',
  'yfnfif',
] as const

/** Its lists are loaded with the first question (30,000 passwords, 6 MB). */
export function createPasswordStrength(): PasswordStrength {
  let loaded: ReturnType<typeof load> | undefined
  return {
    async isGuessable(password, about) {
      loaded ??= load()
      const checker = await loaded
      const beginning = Array.from(password).slice(0, lookedAt).join('')
      return checker.check(beginning, [...more, ...wordsOf(about)]).guesses < guessesMin
    },
  }
}

async function load() {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: lookedAt * 2 })
}

/** The texts and the words in them. */
const wordsOf = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => [text, ...text.split(/[^\p{L}\p{M}\p{N}]+/u)]).filter((word) => word.length > 2)
