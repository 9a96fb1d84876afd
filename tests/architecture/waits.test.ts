// How long tests wait for what must come is said in one place (vitest.config.ts): what fails after a second says that the machine is slow, and nothing else.
import { expect, test } from 'vitest'
import config from '../../vitest.config.ts'
import { readSources } from './sources.ts'
import { isNode, type Node, nodesIn } from './syntax.ts'

const patience = config.test?.expect?.poll?.timeout ?? 0

/** What waits, with the argument that says for how long. `vi.waitFor` is for hooks, where there is no `expect.poll`, and by itself it waits for a second. */
const waits: Readonly<Record<string, { readonly bare: boolean }>> = {
  'expect.poll': { bare: true },
  'vi.waitFor': { bare: false },
  'vi.waitUntil': { bare: false },
}

/** The waits of a source that are too short for a slow machine. */
const hastyIn = (path: string, source: string): string[] =>
  nodesIn(path, source).flatMap((node) => {
    if (node.type !== 'CallExpression' || !isNode(node.callee)) return []
    const name = nameOf(node.callee)
    const wait = waits[name]
    if (wait === undefined) return []
    const [, options] = node.arguments as readonly Node[]
    const bound = options === undefined ? undefined : boundIn(options)
    const isHasty = bound === undefined ? options === undefined && !wait.bare : bound < patience
    return isHasty ? [`${path}: ${name} for ${bound ?? 'a second'}`] : []
  })

function nameOf({ object, property }: Node): string {
  const names = [object, property].map((part) => (isNode(part) ? String(part.name) : ''))
  return names.join('.')
}

/** The milliseconds that options say by themselves; undefined where they stand elsewhere, or say none. */
function boundIn(options: Node): number | undefined {
  if (options.type === 'Literal') return Number(options.value)
  const properties = Array.isArray(options.properties) ? options.properties.filter(isNode) : []
  const timeout = properties.find(({ key }) => isNode(key) && key.name === 'timeout')?.value
  return isNode(timeout) && timeout.type === 'Literal' ? Number(timeout.value) : undefined
}

test('no test gives up sooner than a slow machine needs', () => {
  expect(patience).toBeGreaterThanOrEqual(15_000)
  const testing = readSources('packages', 'tests').filter(
    ({ path, text }) => /\.tsx?$/.test(path) && /\bpoll\(|\bvi\.wait/.test(text),
  )
  expect(testing.flatMap(({ path, text }) => hastyIn(path, text))).toEqual([])
})

test('waits that are too short are found, and no others', () => {
  const found = (source: string) => hastyIn('x.ts', source).length
  expect(found('await vi.waitFor(() => expect(x).toBe(1))')).toBe(1)
  expect(found('await vi.waitUntil(() => x, { interval: 5 })')).toBe(0)
  expect(found('await vi.waitFor(() => expect(x).toBe(1), 5_000)')).toBe(1)
  expect(found('await expect.poll(() => x, { interval: 5, timeout: 300 }).toBe(1)')).toBe(1)
  expect(found('await expect.poll(() => x, { interval: 5 }).toBe(1)')).toBe(0)
  expect(found('await expect.poll(() => x, patient).toBe(1)')).toBe(0)
  expect(found('await vi.waitFor(() => expect(x).toBe(1), { timeout: 60_000 })')).toBe(0)
  expect(found('await page.waitFor()')).toBe(0)
})
