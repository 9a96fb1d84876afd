// Texts are cut, compared and measured in one place each (core/text, and text.ts of the protocol): what is done to a text elsewhere breaks
// characters, or finds nobody.
import { expect, test } from 'vitest'
import { readSources } from './sources.ts'

const sources = readSources('packages/server/src', 'packages/client/src', 'packages/protocol/src').filter(
  ({ path }) => !/\.test\.ts$|\/test\/|\/testing\/|\/demo\/|\/embedded\/|\/core\/text\//.test(path),
)

/** `path: line` for each line that has the pattern, without comments. */
const linesWith = (pattern: RegExp): string[] =>
  sources.flatMap(({ path, text }) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => pattern.test(line) && !/^(\/\/|\*|\/\*)/.test(line))
      .map((line) => `${path}: ${pattern.exec(line)?.[0]}`),
  )

test('M8: nothing but lists and what has no characters of people is cut to a length', () => {
  // Lists have names in the plural. Whoever adds a line here cuts a list too, or a text of ASCII alone: one of people is cut by cutText.
  const known = [
    'packages/client/src/replica/window.ts: window.ahead.slice(0, hole)',
    'packages/server/src/core/messages/list-visible.ts: found.slice(0, wanted)',
    'packages/server/src/cli/tables.ts: date.toISOString().slice(0, 10)',
    'packages/server/src/core/address.ts: address)).slice(0, 4)',
    'packages/server/src/core/messages/key-ids.ts: hex.slice(0, 8)',
    'packages/server/src/files/picture-launch.ts: )).slice(0, maxComplaint)',
    'packages/server/src/wire/faults.ts: value.slice(0, maxLookedAt)',
    'packages/server/src/wire/faults.ts: Object.keys(value).slice(0, maxLookedAt)',
    'packages/server/src/security/password-strength.ts: Array.from(password).slice(0, lookedAt)',
    'packages/server/src/storage/database-faults.ts: code.slice(0, 2)',
    'packages/server/src/storage/server-lock.ts: hostname().slice(0, 40)',
    "packages/server/src/storage/functions.ts: file.slice(0, -'.sql'.length)",
    "packages/server/src/storage/migrations.ts: file.slice(0, -'.sql'.length)",
  ]
  const list = /(?:s|\]\)?)\.slice\(0, [^']*$/
  // At a place that was looked up in the text: before a mark of ASCII, never within a character.
  const atMark = /\.slice\(0, at\)$/
  const found = linesWith(/[\w.]*(?:\(\w*\)|[)\]]+)?\.slice\(0, (?:[^()]|\([^()]*\))*\)/)
  expect(found.length).toBeGreaterThan(20)
  expect(found.filter((line) => !list.test(line) && !atMark.test(line) && !known.includes(line))).toEqual([])
})

test('M8: no text is cut or measured by what JavaScript counts in', () => {
  expect(linesWith(/\.(substring|substr|charAt)\(/)).toEqual([])
  expect(linesWith(/\b(name|title|longer|username|description|bio|message)\.length [<>]=? /)).toEqual([])
  expect(linesWith(/\.slice\(0, [^)]*\)\.toWellFormed/)).toEqual([])
})

test('A12: names and emails are compared by their keys alone', () => {
  const lowered = linesWith(
    /\b(\w*[eE]mail|\w*[lL]ogin|\w*[uU]sername|title|query)\??\.(toLowerCase|toUpperCase|normalize)\(/,
  )
  expect(lowered).toEqual([])
})

test('M7: blank is what nothing can be seen of, for every schema', () => {
  expect(linesWith(/pattern: '\\+S'/)).toEqual([])
  expect(linesWith(/\.trim\(\) === ''/).filter((line) => !line.includes('/cli/'))).toEqual([])
})

test('V9: the web app counts what people type in code points, and cuts none of it', () => {
  const web = readSources('packages/web/src').filter(({ path }) => !/\.test\.tsx?$/.test(path))
  const ofTexts = /\blimits\.(name|title|description|bio|username|email|password|messageText|fileName)/
  /** How many pieces there are. */
  const known = 'splitText(text, limits.messageTextMax).length'
  const found = web.flatMap(({ path, text }) =>
    text
      .replace(known, '')
      .split('\n')
      .filter((line) => /\bmaxLength[=:{]/.test(line) || (/\.length\b/.test(line) && ofTexts.test(line)))
      .map((line) => `${path}: ${line.trim()}`),
  )
  expect(web.length).toBeGreaterThan(100)
  expect(found).toEqual([])
})
