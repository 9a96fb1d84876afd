// What the documents name is there: files and folders in backticks, and what links lead to.
import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readDocuments, readText, readTree } from './tree.ts'

const documents = readDocuments()
const tree = readTree()

/** Blocks of code show commands and configuration, whose paths are often those of a reader. */
const withoutBlocks = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, '')

const fileEndings = 'ts|tsx|mjs|js|css|sql|md|json|yaml|yml|c|svg|html'
/** Has a slash, or ends like a file. What begins with a slash or a dot and a slash is an address, or a path of the reader's machine. */
const pathShape = new RegExp(`^(?!\\.?/)(?:[\\w.-]+/[\\w./-]*|[\\w-][\\w.-]*\\.(?:${fileEndings}))$`)

/** Look like paths and are something else. */
const notOurs = new Set([
  // Read by Docker Compose where an operator makes one.
  'compose.override.yaml',
  // Addresses below that of a dialect.
  'openapi.json',
  'application/x-www-form-urlencoded',
])

/** The paths that a document names, in backticks. */
const pathsIn = (text: string): string[] =>
  [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => pathShape.test(path) && !notOurs.has(path))

/** What a build makes is not in the tree. */
const isBuilt = (path: string): boolean => path.startsWith('dist/')

/**
 * A path may be shortened from the left (`core/access.ts`), at a slash, and is then there if anything ends with it. `name` without a slash
 * at its end may be a folder too.
 */
const isThere = (path: string): boolean =>
  isBuilt(path) ||
  tree.some((entry) => [path, `${path}/`].some((wanted) => entry === wanted || entry.endsWith(`/${wanted}`)))

/** What GitHub makes of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')

const anchorsIn = (text: string): string[] =>
  [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))

test('a path is told from what looks like one', () => {
  const text =
    '`core/x.ts` `x.ts` `kit/` `.github/workflows` `/healthz` `./data` `GET /x` `a b.ts` `https://x.y/z` `npm`'
  expect(pathsIn(text)).toEqual(['core/x.ts', 'x.ts', 'kit/', '.github/workflows'])
  const there = ['architecture/tree.ts', 'docs/spec.md', 'tests', 'architecture/', 'tree.ts']
  expect(there.filter((path) => !isThere(path))).toEqual([])
  expect(['itecture/tree.ts', 'docs/spec', 'tree.ts/'].filter(isThere)).toEqual([])
})

describe.each(documents)('%s', (document) => {
  const text = readText(document)

  test('names no file or folder that is not there', () => {
    expect(pathsIn(text).filter((path) => !isThere(path))).toEqual([])
  })

  test('has no link that leads nowhere', () => {
    const targets = [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^(https?|mailto):/.test(target))
    const broken = targets.filter((target) => {
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? document : posix.normalize(posix.join(posix.dirname(document), path))
      if (!tree.includes(file) && !tree.includes(`${file.replace(/\/$/, '')}/`)) return true
      return anchor !== undefined && !anchorsIn(readText(file)).includes(anchor)
    })
    expect(broken).toEqual([])
  })
})
