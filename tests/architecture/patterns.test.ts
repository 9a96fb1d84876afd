// Every regular expression takes time in proportion to the text it is given, whoever wrote that text: in a page none freezes its reader, in the
// server none makes others wait.
import { readFileSync } from 'node:fs'
import { createContext, Script } from 'node:vm'
import * as protocol from '@parley/protocol'
import { expect, test } from 'vitest'
import { readSources, root } from './sources.ts'
import { isNode, nodesIn } from './syntax.ts'

interface Pattern {
  readonly where: string
  readonly source: string
  readonly flags: string
}

const pageOfWindi = ['app', 'texts', 'view'].map((name) => {
  const path = `packages/server/src/dialects/windi-messenger/static/${name}.js`
  return { path, text: readFileSync(`${root}/${path}`, 'utf8') }
})

const files = [
  ...readSources('packages/web/src', 'packages/client/src', 'packages/protocol/src', 'packages/server/src'),
  ...pageOfWindi,
].filter(({ path }) => /\.(tsx?|js)$/.test(path) && !/\.test\.tsx?$|\/test\/|\/testing\//.test(path))

const literals: readonly Pattern[] = files.flatMap(({ path, text }) =>
  nodesIn(path, text).flatMap(({ regex }) =>
    isNode(regex) ? { where: path, source: String(regex.pattern), flags: String(regex.flags) } : [],
  ),
)
/** Those that schemas and expressions are made of. */
const shared: readonly Pattern[] = Object.entries(protocol).flatMap(([name, value]) =>
  /Pattern$/.test(name) && typeof value === 'string'
    ? { where: `the protocol's ${name}`, source: value, flags: 'u' }
    : [],
)

/** Characters of which long rows are made: those that expressions treat specially, and some of each sort of text. */
const rows = [
  ...[...' \t\n.,:;-_/\\()[]{}<>"\'`*+?!#@%&=|~^$a1Aé'],
  ...['\u0301', '\u200b', '\u202e', '\u2067', '。', '谢', 'ф', '👍', '👨\u200d', '\ud83d'],
  ...['a.', '1.', 'a@', '/a', '..', '--', '<a', '":', '%2', '::', 'a b', ' \n', 'a=', ', ', '; '],
]
/** What follows a row, so that what ends in vain at the last character was tried at all of them. */
const ends = ['', 'x']
const beginnings = ['', 'a"']

/** Milliseconds that 4,000 characters may take before it is looked at longer texts. */
const unnoticed = 1
/** Milliseconds for 16,000 characters: what is linear takes less than one, what is quadratic more than fifty. */
const tooLong = 20
/** Longer than this, in milliseconds, nothing runs: what takes exponential time would never end. */
const patience = 500

const context = createContext({ text: '', pattern: /x/ })
const search = new Script("text.replaceAll(pattern, '')")

/** In milliseconds of the processor, which a busy machine does not stretch; `patience` for what does not end. */
function timeOf(pattern: RegExp, text: string): number {
  context.pattern = pattern
  context.text = text
  const start = process.cpuUsage()
  try {
    search.runInContext(context, { timeout: patience })
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return patience
    throw error
  }
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

/** The texts for which it takes so long as nothing does that is linear. */
function slowFor({ source, flags }: Pattern): string[] {
  const pattern = new RegExp(source, flags.includes('g') ? flags : `${flags}g`)
  // The least of some runs: whatever else the machine does only adds to it.
  const least = (text: string) => Math.min(...Array.from({ length: 3 }, () => timeOf(pattern, text)))
  return beginnings.flatMap((beginning) =>
    rows.flatMap((row) =>
      ends.flatMap((end) => {
        const text = (length: number) => beginning + row.repeat(length / row.length) + end
        if (timeOf(pattern, text(4_000)) < unnoticed) return []
        const millis = least(text(16_000))
        if (millis < tooLong) return []
        return `${JSON.stringify(beginning)} + ${JSON.stringify(row)} … ${JSON.stringify(end)}: ${millis} ms`
      }),
    ),
  )
}

const known = new Set<string>()
const patterns = [...literals, ...shared].filter(({ source, flags }) => {
  const key = `/${source}/${flags}`
  return known.size < known.add(key).size
})

test('V4 L5: the expressions are found: those of the app, of the server, and of the pages of contracts', () => {
  const places = new Set(patterns.map(({ where }) => where.split('/').slice(0, 2).join('/')))
  expect([...places]).toEqual(
    expect.arrayContaining([
      ...['packages/web', 'packages/client', 'packages/server', "the protocol's usernamePattern"],
    ]),
  )
  expect(patterns.length).toBeGreaterThan(100)
  expect(pageOfWindi.every(({ text }) => text !== '')).toBe(true)
})

test('V4 L5: no expression takes more than linear time', { timeout: 120_000 }, () => {
  const slow = patterns.flatMap((pattern) =>
    slowFor(pattern)
      .slice(0, 3)
      .map((text) => `${pattern.where} /${pattern.source}/${pattern.flags}: ${text}`),
  )
  expect(slow).toEqual([])
})

test('V4 L5: what is quadratic, and what never ends, is found by this', () => {
  expect(slowFor({ where: '', source: '=+$', flags: '' })).not.toEqual([])
  expect(timeOf(/^(a|a)+$/g, `${'a'.repeat(5_000)}x`)).toBe(patience)
})
