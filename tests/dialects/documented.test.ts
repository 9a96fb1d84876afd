// docs/dialects.md names every call of every dialect's document, and a test that is there.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dialects } from '../../packages/server/src/dialects/all.ts'

const root = join(import.meta.dirname, '../..')
const folderOf = (name: string) => join(root, 'packages/server/src/dialects', name)
const read = (path: string) => readFileSync(path, 'utf8')

const page = read(join(root, 'docs/dialects.md'))
/** Rows of tables: the lines that begin with a call, a frame or the like. */
const rowsOf = (text: string) => text.split('\n').filter((line) => /^\| (?!Call |---)/.test(line))

const testsBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
    .map((file) => join(folder, file))
const testFiles = [...testsBelow(join(root, 'packages/server/src')), ...testsBelow(join(root, 'tests'))]

/** The part of the page that is about the dialect. */
const sectionOf = (title: string) => page.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? ''

/** `POST /api/v1/users/`, `join_chat`: what a document lists. */
const listed: Record<string, RegExp> = {
  'chat-application': /^- `((?:GET|POST|PUT|DELETE|WS) \S+)`/gm,
  'chat-backend': /^- `((?:(?:GET|POST|PUT|DELETE|WS) )?[\w/{}]+)` - /gm,
  'messenger-api': /^- `((?:GET|POST|PUT|DELETE) \S+)`/gm,
  'windi-messenger': /(?:\*\*(?:GET|POST)\*\* `([^`]+)`|^- `(\w+)` [—-])/gm,
  messenger:
    /(?:^(POST \/api\/v1\/test\/test-data)$|`host:port(\/\w*)`|событие `(\w+)`|\(`(\w+_\w+)`\)|событий `(\w+)`)/gm,
}

const differences = 'Where the program differs'

describe.each(dialects)('D1: $name', ({ name, title, routes }) => {
  const [readme = '', differing] = read(join(folderOf(name), 'README.md')).split(`## ${differences}\n`)

  test('where it differs from its program stands there once, each with a test', () => {
    const anchor = differences.toLowerCase().replaceAll(' ', '-')
    expect(sectionOf(title).includes(`README.md#${anchor}`)).toBe(differing !== undefined)
    if (differing === undefined) return
    const proofs = rowsOf(differing).map((row) => row.split(' | ').at(-1)?.replace(/ \|$/, '') ?? '')
    const reality = read(join(folderOf(name), 'reality.test.ts'))
    expect([...reality.matchAll(/'(differs: .+)'/g)].map(([, words]) => words)).toEqual(
      proofs.filter((words) => words !== 'The program' && words !== 'Proved by'),
    )
  })

  test('its table is that of its own README', () => {
    expect(rowsOf(sectionOf(title))).toEqual(rowsOf(readme))
    expect(rowsOf(readme).length).toBeGreaterThan(5)
  })

  test('everything that its document lists is in the table', () => {
    const document = read(join(folderOf(name), 'document.md'))
    const calls = [...document.matchAll(listed[name] ?? /^$/g)].map(
      (match) => match.slice(1).find(Boolean) ?? '',
    )
    expect(calls.length).toBeGreaterThan(5)
    const table = rowsOf(readme).join('\n')
    expect(calls.filter((call) => !table.includes(call))).toEqual([])
  })

  test('every route is in the table', () => {
    const shape = (text: string) => text.replaceAll(/\{\w+\}/g, '{}').replaceAll('/`', '`')
    const table = shape(rowsOf(readme).join('\n'))
    const missing = routes
      .filter((route) => !route.hidden)
      .map(({ path }) => shape(path).replace(/(.)\/$/, '$1'))
      .filter((path) => !table.includes(`${path}\``))
    expect(missing).toEqual([])
  })

  test('the tests that it names are there', () => {
    const tests = testsBelow(folderOf(name)).map(read).join('\n').replaceAll('\\', '').toLowerCase()
    const missing = rowsOf(readme)
      .flatMap((row) => (row.split(' | ').at(-1) ?? '').replace(/ \|$/, '').split(/; |, (?=a |the )/))
      .map(
        (words) =>
          words
            .replaceAll('`', '')
            .replace(/\(.*\)/, '')
            .split('…')[0]
            ?.trim() ?? '',
      )
      .filter((words) => !['', 'the same', 'each beside its call'].includes(words))
      .filter(
        (words) =>
          !tests.includes(words.toLowerCase()) && !testFiles.some((file) => file.endsWith(`/${words}`)),
      )
    expect(missing).toEqual([])
  })
})
