// The shape of the project, as docs/architecture.md draws it: who may import whom, how long a file may be.
import { describe, expect, test } from 'vitest'
import { readSources, type SourceFile, target } from './sources.ts'

const isTest = (file: SourceFile) => /\.test\.tsx?$|\/test(ing)?\//.test(file.path)
const sources = readSources('packages', 'tests', 'scripts')
const ofPackages = sources.filter((file) => file.path.startsWith('packages/'))
const shipped = ofPackages.filter((file) => !isTest(file))

/** The part that a file belongs to: a folder of the server, or a package. */
function partOf(path: string): string {
  const [, name, , first] = path.split('/')
  if (name !== 'server') return name ?? ''
  return first === undefined || /\.ts$/.test(first) ? 'cli' : first
}

/** For each part the parts it may import, besides itself. `main.ts`, which lies directly in the server's src, is of `cli`. */
const mayImport: Record<string, readonly string[]> = {
  protocol: [],
  client: ['protocol'],
  web: ['protocol', 'client'],
  bench: ['protocol', 'client', 'embedded'],
  core: ['protocol'],
  wire: ['protocol', 'core'],
  operations: ['protocol', 'core'],
  storage: ['protocol', 'core'],
  bus: ['protocol', 'core'],
  files: ['protocol', 'core'],
  security: ['protocol', 'core'],
  observability: ['protocol', 'core'],
  realtime: ['protocol', 'core'],
  demo: ['protocol', 'core'],
  embedded: [],
  http: ['protocol', 'core', 'wire', 'operations', 'observability', 'realtime', 'security'],
  ws: ['protocol', 'core', 'wire', 'operations', 'observability', 'realtime'],
  dialects: ['protocol', 'core', 'wire', 'realtime', 'http', 'ws'],
  composition: [
    'protocol',
    'core',
    'wire',
    'storage',
    'bus',
    'files',
    'security',
    'observability',
    'realtime',
    'demo',
    'http',
    'ws',
    'dialects',
  ],
  cli: ['protocol', 'client', 'storage', 'security', 'observability', 'realtime', 'embedded', 'composition'],
}

const packagePart = (specifier: string): string | null =>
  specifier.startsWith('@parley/') ? (specifier.split('/')[1] ?? null) : null

describe('imports point one way', () => {
  test('every part of the project is known to this test', () => {
    const parts = new Set(shipped.map((file) => partOf(file.path)))
    expect([...parts].filter((part) => !(part in mayImport))).toEqual([])
  })

  test('no part imports a part that it must not know', () => {
    const offences = shipped.flatMap((file) => {
      const part = partOf(file.path)
      return file.imports.flatMap((specifier) => {
        const path = target(file, specifier)
        const other = path === null ? packagePart(specifier) : partOf(path)
        if (other === null || other === part || mayImport[part]?.includes(other)) return []
        return [`${file.path} imports ${specifier}`]
      })
    })
    expect(offences).toEqual([])
  })

  test('no file imports itself through others, not even for its types', () => {
    const byPath = new Map(ofPackages.map((file) => [file.path, file]))
    const done = new Set<string>()
    const cycles: string[] = []
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
        return
      }
      const file = byPath.get(path)
      if (file === undefined || done.has(path)) return
      for (const specifier of file.imports) {
        const next = target(file, specifier)
        if (next !== null) visit(next, [...trail, path])
      }
      done.add(path)
    }
    for (const file of ofPackages) visit(file.path, [])
    expect(cycles).toEqual([])
  })
})

describe('parts keep to their own means', () => {
  const forbid = (part: string, pattern: RegExp): string[] =>
    shipped
      .filter((file) => partOf(file.path) === part && file.imports.some((name) => pattern.test(name)))
      .map((file) => file.path)

  test('the core knows no web framework, socket, driver or bus', () => {
    expect(forbid('core', /^(fastify|@fastify\/|ws$|pg$|@nats-io\/|node:http|node:net)/)).toEqual([])
  })

  test('the protocol needs nothing but its schema library', () => {
    const packages = shipped
      .filter((file) => partOf(file.path) === 'protocol')
      .flatMap((file) => file.imports.filter((name) => !name.startsWith('.') && !name.startsWith('typebox')))
    expect(packages).toEqual([])
  })

  test('only storage and what builds it know the driver, and the bench, which looks past them', () => {
    const users = shipped.filter((file) => file.imports.includes('pg')).map((file) => partOf(file.path))
    expect([...new Set(users)].filter((part) => !['storage', 'composition', 'bench'].includes(part))).toEqual(
      [],
    )
  })

  test('the doors reach what is stored through commands of the core', () => {
    const readers = shipped
      .filter((file) => ['http', 'ws'].includes(partOf(file.path)) && /\bstores\b/.test(file.text))
      .map((file) => file.path)
    expect(readers).toEqual([])
  })

  test('a dialect knows no other dialect', () => {
    const dialectOf = (path: string) => /\/dialects\/([^/]+)\//.exec(path)?.[1]
    const offences = sources.flatMap((file) => {
      const own = dialectOf(file.path)
      if (own === undefined) return []
      const foreign = file.imports.filter((specifier) => {
        const other = dialectOf(target(file, specifier) ?? '')
        return other !== undefined && other !== own && other !== 'kit'
      })
      return foreign.map((specifier) => `${file.path} imports ${specifier}`)
    })
    expect(offences).toEqual([])
  })

  test('a dialect asks the core, which checks who asks, and never its stores', () => {
    const offences = shipped.filter(
      (file) => partOf(file.path) === 'dialects' && /\.stores\b|\bstores\b.*=.*storage/.test(file.text),
    )
    expect(offences.map((file) => file.path)).toEqual([])
  })

  test('the web app reaches the server through the SDK alone', () => {
    const raw = shipped
      .filter((file) => partOf(file.path) === 'web')
      .filter((file) => /\b(?:new WebSocket\(|(?<![.\w])fetch\(|XMLHttpRequest)/.test(file.text))
      .map((file) => file.path)
    expect(raw).toEqual([])
  })
})

describe('files stay small', () => {
  test('no file has more than 400 lines', () => {
    const long = sources.filter((file) => file.lines > 400).map((file) => `${file.path}: ${file.lines}`)
    expect(long).toEqual([])
  })

  test('every source file opens with what it owns', () => {
    const silent = shipped
      .filter((file) => !file.path.endsWith('.css'))
      .filter((file) => !/^(#!.*\n)?(\/\/|\/\*)/.test(file.text))
      .map((file) => file.path)
    expect(silent).toEqual([])
  })

  test('no file or folder is called after nothing in particular', () => {
    const vague = sources.filter((file) =>
      /(^|\/)(utils?|helpers?|common|misc|manager)(\/|\.|$)/.test(file.path),
    )
    expect(vague.map((file) => file.path)).toEqual([])
  })

  test('no check is switched off and nothing is left for later', () => {
    const pattern = /@ts-(ignore|nocheck)|\bTODO\b|\bFIXME\b|\b(?:describe|test|it)\.(?:only|skip)\(/
    const self = 'tests/architecture/architecture.test.ts'
    const found = sources.filter((file) => file.path !== self && pattern.test(file.text))
    expect(found.map((file) => file.path)).toEqual([])
  })
})
