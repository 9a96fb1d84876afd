// What each package says it needs, beside what it imports. `knip` finds what is declared and used by nothing; this finds
// what is used without being declared where it is used, which works only as long as another package brings it.
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSources, root, type SourceFile } from './sources.ts'

interface Manifest {
  readonly name: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const folderOf = (path: string): string => /^packages\/[^/]+/.exec(path)?.[0] ?? '.'
const sources = readSources('packages', 'tests', 'scripts').filter((file) => !file.path.endsWith('.css'))
const manifests = new Map(
  [...new Set(sources.map((file) => folderOf(file.path)))].map((folder) => [folder, readManifest(folder)]),
)

function readManifest(folder: string): Manifest {
  const manifest: Partial<Manifest> = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  return { name: folder, dependencies: {}, devDependencies: {}, ...manifest }
}

/** The packages that a file imports. */
function packagesOf(file: SourceFile): string[] {
  const outside = file.imports.filter((name) => !/^[.#/]/.test(name) && !isBuiltin(name))
  return outside.map((name) =>
    name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/'),
  )
}

function isDeclared(file: SourceFile, name: string): boolean {
  const manifest = manifests.get(folderOf(file.path))
  if (manifest === undefined) return false
  if (name in manifest.dependencies) return true
  const isShipped = file.path.startsWith('packages/') && !/\.test\.tsx?$|\/test(ing)?\//.test(file.path)
  return !isShipped && name in manifest.devDependencies
}

test('what a file imports is declared by its own package, and what is shipped is no development dependency', () => {
  const missing = sources.flatMap((file) =>
    packagesOf(file)
      .filter((name) => !isDeclared(file, name))
      .map((name) => `${file.path} imports ${name}`),
  )
  expect(missing).toEqual([])
})

test('every dependency is of one exact version, the same in every package', () => {
  const versions = new Map<string, Set<string>>()
  for (const { dependencies, devDependencies } of manifests.values()) {
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      versions.set(name, (versions.get(name) ?? new Set()).add(version))
    }
  }
  const loose = [...versions].filter(([, found]) => found.size > 1 || ![...found].every(isExact))
  expect(loose.map(([name, found]) => `${name}: ${[...found].join(', ')}`)).toEqual([])
})

const isExact = (version: string): boolean => /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)
