// What a builder gets to see of the project: its files, less those that .dockerignore keeps back.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const projectRoot = resolve(import.meta.dirname, '../..')

/** Whether a path, relative and with forward slashes, is kept back. */
export type IgnoreList = (path: string) => boolean

/** The last line that fits decides, as Docker has it; a line that fits a folder fits all that is in it. */
export function parseIgnoreList(text: string): IgnoreList {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line))
  const rules = lines.map((line) => ({
    keeps: line.startsWith('!'),
    pattern: patternOf(line.replace(/^!/, '')),
  }))
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.keeps === false
}

/** `**` for any number of folders, `*` for anything but a slash. */
function patternOf(glob: string): RegExp {
  const source = glob
    .trim()
    .replaceAll(/[.+^${}()|[\]\\?]/g, '\\$&')
    .replaceAll('**/', '\0')
    .replaceAll('*', '[^/]*')
    .replaceAll('\0', '(.*/)?')
  return new RegExp(`^${source}(/|$)`)
}

export const readIgnoreList = (): IgnoreList =>
  parseIgnoreList(readFileSync(join(projectRoot, '.dockerignore'), 'utf8'))

/** The files at or below a path of the project that a builder gets to see, relative to the project. */
export function filesInContext(path: string, isIgnored: IgnoreList): string[] {
  if (!statSync(join(projectRoot, path)).isDirectory()) return isIgnored(path) ? [] : [path]
  return readdirSync(join(projectRoot, path)).flatMap((name) => {
    const below = path === '.' ? name : `${path}/${name}`
    // No line takes back what such a folder holds, and they are large.
    return name === 'node_modules' ? [] : filesInContext(below, isIgnored)
  })
}
