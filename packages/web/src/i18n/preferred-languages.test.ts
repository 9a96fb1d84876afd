// Languages as browsers name them, and as Intl takes them.
import { expect, test } from 'vitest'
import { createDateFormats } from '../dates/date-formats.ts'
import { preferredLanguages } from './preferred-languages.ts'

test('K3: languages that Intl does not take are put right or left out', () => {
  const names = ['en-US@posix', 'ru_RU.UTF-8', 'not a language', '', 'de']
  const languages = preferredLanguages(names)
  expect(languages).toEqual(['en-US', 'ru-RU', 'de'])
  for (const language of languages) expect(createDateFormats(language).time(0)).not.toBe('')
  expect(preferredLanguages([])).toEqual([])
})
