// The project's source files and their imports, read as text.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

export interface SourceFile {
  /** From the project's root, with forward slashes. */
  readonly path: string
  readonly text: string
  readonly lines: number
  /** Module specifiers as written. */
  readonly imports: readonly string[]
}

const ignored = new Set(['node_modules', 'dist', 'data', '.git', '.cache', 'coverage', 'test-results'])
const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'"\n;]*?(?:[^'";]*?)from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g

/** Every TypeScript and script file below the folders. */
export function readSources(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) => walk(join(root, folder)).map(readSource))
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (ignored.has(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return walk(path)
    return /\.(ts|tsx|mjs|css)$/.test(entry.name) ? [path] : []
  })
}

function readSource(path: string): SourceFile {
  const text = readFileSync(path, 'utf8')
  const imports = [...text.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
  return {
    path: relative(root, path).replaceAll('\\', '/'),
    text,
    lines: text.split('\n').length - 1,
    imports,
  }
}

/** The project file that a relative import means; null for packages. */
export function target(file: SourceFile, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null
  return relative(root, resolve(root, dirname(file.path), specifier)).replaceAll('\\', '/')
}
