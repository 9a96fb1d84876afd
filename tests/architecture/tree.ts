// The files and folders of the project, as they are in a checkout: nothing installed, built or kept while it runs.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './sources.ts'

const made = new Set(['node_modules', 'dist', 'data', '.git', '.cache', 'coverage', 'test-results'])

/** From the project's root, with forward slashes; folders end with one. */
export function readTree(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (made.has(entry.name)) return []
    const path = `${folder}${entry.name}`
    return entry.isDirectory() ? [`${path}/`, ...readTree(`${path}/`)] : [path]
  })
}

export const readText = (path: string): string => readFileSync(join(root, path), 'utf8')

/** The documents of the project: all Markdown but that of others, which dialects keep as their contracts. */
export const readDocuments = (): string[] =>
  readTree().filter((path) => path.endsWith('.md') && !path.endsWith('/document.md'))
