// The titles of the project's tests, as they stand in the source: what `describe`, `test` and `it` are first given.
import { readSources } from './sources.ts'
import { isNode, type Node, nodesIn } from './syntax.ts'

export interface TitleInSource {
  /** From the project's root. */
  readonly path: string
  /** Of a template what is written out, with `…` for what is put in. */
  readonly text: string
}

/** Tests, and the suites that several of them share. */
const hasTests = /\.test\.tsx?$|\/test\/contracts\/|\/testing\/[\w-]+-contract\.ts$/
const callers = new Set(['describe', 'test', 'it'])

/** Of every test file below `packages` and `tests`. Throws for a file that cannot be read as TypeScript. */
export function readTitles(): TitleInSource[] {
  return readSources('packages', 'tests')
    .filter(({ path }) => hasTests.test(path))
    .flatMap(({ path, text }) => titlesIn(path, text).map((title) => ({ path, text: title })))
}

/** In the order in which they stand. */
export const titlesIn = (path: string, source: string): string[] =>
  nodesIn(path, source).flatMap((node) => titleOf(node) ?? [])

/** The title in a call of `test`, `describe.each(…)` or the like; null for any other node, and where it is no literal. */
function titleOf(node: Node): string | null {
  if (node.type !== 'CallExpression' || !callers.has(nameAtTheRoot(node.callee))) return null
  const [first] = node.arguments as readonly Node[]
  if (first?.type === 'Literal' && typeof first.value === 'string') return first.value
  if (first?.type !== 'TemplateLiteral') return null
  const parts = first.quasis as readonly { readonly value: { readonly cooked: string } }[]
  return parts.map(({ value }) => value.cooked).join('…')
}

/** `test` of `test`, `test.each`, `test.each(rows)` and `test.runIf(condition).each(rows)`. */
function nameAtTheRoot(callee: unknown): string {
  if (!isNode(callee)) return ''
  if (callee.type === 'Identifier') return String(callee.name)
  if (callee.type === 'MemberExpression') return nameAtTheRoot(callee.object)
  if (callee.type === 'TaggedTemplateExpression') return nameAtTheRoot(callee.tag)
  return callee.type === 'CallExpression' ? nameAtTheRoot(callee.callee) : ''
}
