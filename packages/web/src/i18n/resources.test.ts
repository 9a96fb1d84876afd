// English and Russian must stay complete: the same keys, every plural form of the language, no empty text.
import { errorCodes, errorRow } from '@parley/protocol'
import { describe, expect, test } from 'vitest'
import { en } from './en.ts'
import { chooseLanguage } from './i18n.ts'
import { ru } from './ru.ts'

type Tree = { readonly [key: string]: string | Tree }

const pluralSuffix = /_(zero|one|two|few|many|other)$/

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const texts = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') texts.set(prefix + key, value)
    else for (const [path, text] of flatten(value, `${prefix}${key}.`)) texts.set(path, text)
  }
  return texts
}

const languages = { en: flatten(en), ru: flatten(ru) }
const baseKeys = (texts: Map<string, string>) =>
  [...new Set([...texts.keys()].map((key) => key.replace(pluralSuffix, '')))].sort()
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()

describe('texts', () => {
  test('have the same keys in both languages', () => {
    expect(baseKeys(languages.ru)).toEqual(baseKeys(languages.en))
  })

  test.each(['en', 'ru'] as const)('in %s are never empty', (language) => {
    const empty = [...languages[language]].filter(([, text]) => text.trim() === '').map(([key]) => key)
    expect(empty).toEqual([])
  })

  test.each(['en', 'ru'] as const)('in %s have every plural form of the language', (language) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories
    const texts = languages[language]
    const bases = [...texts.keys()]
      .filter((key) => pluralSuffix.test(key))
      .map((key) => key.replace(pluralSuffix, ''))
    const missing = [...new Set(bases)].flatMap((base) =>
      forms.filter((form) => !texts.has(`${base}_${form}`)).map((form) => `${base}_${form}`),
    )
    expect(bases.length).toBeGreaterThan(0)
    expect(missing).toEqual([])
  })

  test('use the same placeholders in both languages', () => {
    for (const [key, text] of languages.ru) {
      const english =
        languages.en.get(key) ?? languages.en.get(key.replace(pluralSuffix, '_other')) ?? 'missing'
      expect([key, placeholders(text)]).toEqual([key, placeholders(english)])
    }
  })

  test('exist for every error code of the protocol', () => {
    const missing = errorCodes.filter((code) => !languages.en.has(`error.${code}`))
    expect(missing).toEqual([])
  })

  test('K10: exist for every code that makes a message wait, and for one that is not known yet', () => {
    const delays = [...languages.en.keys()].filter((key) => key.startsWith('delay.'))
    const wanted = errorCodes.filter((code) => errorRow(code).retryable)
    expect(delays.sort()).toEqual([...wanted, 'other'].map((code) => `delay.${code}`).sort())
  })
})

describe('the language', () => {
  test('is the stored choice, else the first known language of the browser, else English', () => {
    expect(chooseLanguage('ru', ['en-GB'])).toBe('ru')
    expect(chooseLanguage('xx', ['fr-FR', 'ru-RU', 'en'])).toBe('ru')
    expect(chooseLanguage(null, ['de', 'fr'])).toBe('en')
  })
})
