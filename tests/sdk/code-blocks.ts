// The code that the READMEs show of the SDK, as files that can be compiled and run.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

type Habitat = 'anywhere' | 'browser' | 'node'

export interface CodeBlock {
  readonly name: string
  /** Where it can run, by the word behind the language: none, `browser` or `node`. */
  readonly habitat: Habitat
  /** A module of its own. */
  readonly text: string
}

const readmes = ['packages/client/README.md', 'README.md', 'README.ru.md']
const fence = /^```(tsx?)(?: (browser|node))?\n([\s\S]*?)^```$/gm

/** What every block but the first may use without saying where it comes from. */
const given = `declare const parley: import('@parley/client').ParleyClient
declare const chat: import('@parley/client').ChatHandle
export {}
`

/** Every TypeScript block of these, in order. The first is a program that runs as it stands. */
export function readCodeBlocks(root: string): CodeBlock[] {
  const text = readmes.map((path) => readFileSync(join(root, path), 'utf8')).join('\n')
  return [...text.matchAll(fence)].map(([, language = '', habitat, text = ''], at) => ({
    name: `readme-${at}.${language}`,
    habitat: language === 'tsx' ? 'browser' : ((habitat as Habitat | undefined) ?? 'anywhere'),
    text: /^const parley\b/m.test(text) ? text : given + text,
  }))
}
