// docs/spec.md and the tests agree: every rule stands in the name of a test, and every rule that a test names is there.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from './sources.ts'
import { readTitles, titlesIn } from './test-titles.ts'

const ruleId = '[A-Z]\\d{1,2}'
/** `- **I1 durable.** Every …`, `- **S1** Every …` */
const ruleLine = new RegExp(`^- \\*\\*(${ruleId})\\b`, 'gm')
/** `S1: …`, `C2 C4 C6: …`: what a test that proves rules is called. */
const named = new RegExp(`^(${ruleId}(?: ${ruleId})*): `)
/** The same, in other forms that somebody might write. */
const nearlyNamed = new RegExp(`^${ruleId}\\b(?!-)`)

const spec = readFileSync(join(root, 'docs/spec.md'), 'utf8')
const rules = [...spec.matchAll(ruleLine)].map(([, id = '']) => id)
const titles = readTitles()
const rulesIn = (title: string): string[] => named.exec(title)?.[1]?.split(' ') ?? []

describe('the rules', () => {
  test('have each a number of their own, and none is left out', () => {
    const next = new Map<string, number>()
    const expected = rules.map(([letter = '']) => {
      next.set(letter, (next.get(letter) ?? 0) + 1)
      return `${letter}${next.get(letter)}`
    })
    expect(rules.length).toBeGreaterThan(60)
    expect(rules).toEqual(expected)
  })

  test('stand each in the name of a test', () => {
    const proved = new Set(titles.flatMap(({ text }) => rulesIn(text)))
    expect(rules.filter((id) => !proved.has(id))).toEqual([])
  })
})

describe('the names of tests', () => {
  test('name no rule that there is not', () => {
    const unknown = titles.flatMap(({ path, text }) =>
      rulesIn(text)
        .filter((id) => !rules.includes(id))
        .map((id) => `${path}: ${id}`),
    )
    expect(unknown).toEqual([])
  })

  test('name rules in one form', () => {
    const other = titles.filter(({ text }) => nearlyNamed.test(text) && !named.test(text))
    expect(other).toEqual([])
  })
})

test('titles are found however a test is written', () => {
  const source = [
    "describe('a', () => { it.each<[string, (x: number) => void]>([])('b %s', () => {}) })",
    'describe.runIf(true).each(rows)(`c $' + '{x} d`, { timeout: 1 }, async () => {})',
    "test.each`x | y` ('e', () => {})",
    "other('no title'); test(variable, () => {})",
  ].join('\n')
  expect(titlesIn('example.test.ts', source)).toEqual(['a', 'b %s', 'c … d', 'e'])
})
