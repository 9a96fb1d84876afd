// The SDK as others get it: packed, installed in an empty project, compiled strictly, and run where it promises to run.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { root } from '../architecture/sources.ts'
import { Network } from '../e2e/network.ts'
import { readCodeBlocks } from './code-blocks.ts'
import { FreshProject } from './fresh-project.ts'
import { type NodeVersion, nodeProgram } from './node-versions.ts'
import { run } from './run.ts'

/** Compilers and programs of others, on a machine that may have much else to do. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 300_000 })

const blocks = readCodeBlocks(root)
const programs = ['talk.ts', 'main.ts']
const heard = ['Who is hungry?', 'I am', 'Who comes along?']
let project: FreshProject
let server: TestServer

const installed = (...path: string[]) => join(project.folder, 'node_modules', '@parley', ...path)
const json = async (path: string) => JSON.parse(await readFile(path, 'utf8'))

beforeAll(async () => {
  const folder = await FreshProject.make()
  project = folder
  for (const name of programs)
    await cp(join(import.meta.dirname, 'programs', name), join(folder.folder, name))
  for (const { name, text } of blocks) await folder.write(name, text)
  await folder.write(
    'bare.ts',
    "import type * as sdk from '@parley/client'\nexport type Client = sdk.ParleyClient\n",
  )
  await folder.compile(
    'run',
    { module: 'nodenext', types: ['node'], skipLibCheck: true, outDir: 'out' },
    programs,
  )
  const pages = join(folder.folder, 'pages')
  await mkdir(pages)
  await writeFile(
    join(pages, 'index.html'),
    '<!doctype html><title>SDK</title><script src="/parley.global.js"></script>',
  )
  for (const name of ['parley.global.js', 'parley.browser.js']) {
    await cp(installed('client', 'dist', name), join(pages, name))
  }
  server = await startTestServer({ http: { webRoot: pages } })
})
afterAll(async () => {
  await server?.stop()
  await project?.remove()
})

describe('what is packed', () => {
  test.each(['client', 'protocol'])('of %s is what others need and nothing else', async (name) => {
    const files = await project.filesOf(`@parley/${name}`)
    const manifest = await json(installed(name, 'package.json'))
    const targets = JSON.stringify([manifest.exports, manifest.imports ?? {}]).match(/\.\/[^"]+/g) ?? []
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/index.js']))
    expect(
      files.filter((path) => !/^(dist\/.*\.(js|d\.ts|js\.map)|LICENSE|README\.md|package\.json)$/.test(path)),
    ).toEqual([])
    expect(files.filter((path) => /test|fake|bench/.test(path))).toEqual([])
    expect(targets.filter((path) => path.startsWith('./dist/') && !files.includes(path.slice(2)))).toEqual([])
    expect(targets.filter((path) => path.includes('src/'))).toEqual([])
    for (const field of ['private', 'scripts', 'devDependencies', 'publishConfig'])
      expect(manifest).not.toHaveProperty(field)
    expect(manifest).toMatchObject({ license: 'MIT', type: 'module', engines: { node: expect.any(String) } })
  })

  test('has maps that bring their sources along', async () => {
    const map = await json(installed('client', 'dist', 'parley.js.map'))
    expect(map.sourcesContent[0]).toContain('export class Parley')
  })

  test('names what is its own in camelCase; only the types of the protocol have the names of the wire', async () => {
    const declarations = await reachable([
      installed('client/dist/index.d.ts'),
      installed('client/dist/node/index.d.ts'),
    ])
    expect(declarations.size).toBeGreaterThan(5)
    const named = [...declarations].flatMap(([path, text]) =>
      [...text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'[^']*'|"[^"]*"/g, '').matchAll(/[A-Za-z$][\w$]*_\w+/g)].map(
        ([name]) => `${path.slice(path.indexOf('dist'))}: ${name}`,
      ),
    )
    expect(named).toEqual([])
  })
})

/** Declarations that an entry of the package leads to, by path. */
async function reachable(entries: string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const path of entries) {
    if (found.has(path)) continue
    const text = await readFile(path, 'utf8')
    found.set(path, text)
    for (const [, target = ''] of text.matchAll(/["'](\.[^"']+)\.js["']/g))
      entries.push(join(path, '..', `${target}.d.ts`))
  }
  return found
}

describe.concurrent('the types', () => {
  const everywhere = blocks.filter(({ habitat }) => habitat === 'anywhere')
  const browsers = blocks.filter(({ habitat }) => habitat !== 'node')
  const servers = blocks.filter(({ habitat }) => habitat !== 'browser')
  const names = (some: typeof blocks) => some.map(({ name }) => name)
  const forNode = { module: 'nodenext', lib: ['es2022'], types: ['node'], exactOptionalPropertyTypes: true }
  const forBrowsers = {
    ...{ module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom', 'dom.iterable'] },
    jsx: 'react-jsx',
  }

  test('the README has code for every place', () => {
    expect(everywhere.length).toBeGreaterThan(3)
    expect(browsers.length).toBeGreaterThan(everywhere.length)
    expect(servers.length).toBeGreaterThan(everywhere.length)
  })

  test.each([
    ['for Node', forNode, [...names(servers), ...programs]],
    ['for browsers', forBrowsers, [...names(browsers), 'talk.ts']],
    ['without any host', { ...forNode, types: [] }, ['bare.ts']],
  ])('compile strictly and are checked to the last declaration %s', async (name, options, files) => {
    await project.compile(name.replaceAll(' ', '-'), { ...options, skipLibCheck: false, noEmit: true }, files)
  })
})

describe.concurrent.each<NodeVersion>([20, 22, 24])('under Node %i', (version) => {
  test('the first program of the README runs', async () => {
    const name = `first_${version}`
    await withAccount(name)
    const text = (blocks[0]?.text ?? '')
      .replaceAll('http://localhost:8000', server.url)
      .replaceAll("'anna'", `'${name}'`)
    const file = `first-${version}.mjs`
    await project.write(file, text)
    expect(await run(await nodeProgram(version), [file], project.folder)).toContain('Who is hungry?')
  })

  test('a conversation survives a lost connection, and the process ends by itself', async () => {
    const network = await Network.to(server.url)
    try {
      const output = await run(
        await nodeProgram(version),
        ['out/main.js', network.url, `node${version}`],
        project.folder,
        (line) => {
          if (line !== 'cut' && line !== 'restore') return undefined
          network.cut(line === 'cut' ? 'everything' : 'nothing')
          return '\n'
        },
      )
      expect(JSON.parse(output.trim().split('\n').at(-1) ?? '')).toEqual(heard)
    } finally {
      await network.close()
    }
  })
})

/** An account with the password of the README. */
async function withAccount(username: string): Promise<void> {
  const answer = await fetch(`${server.url}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: 'parley-demo' }),
  })
  expect(answer.status).toBe(201)
}

test('a page has it from one script tag, or from one module', async () => {
  const network = await Network.to(server.url)
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  })
  try {
    const page = await browser.newPage()
    await page.exposeFunction('cut', () => network.cut('api'))
    await page.exposeFunction('restore', () => network.cut('nothing'))
    await page.goto(network.url)
    const talk = (await readFile(join(project.folder, 'out', 'talk.js'), 'utf8')).replaceAll('export ', '')
    const inPage = (sdk: string, suffix: string) =>
      page.evaluate(
        `(async () => { ${talk}; return talk(${sdk}, location.origin, '${suffix}', { cut, restore }) })()`,
      )
    expect(await inPage('Parley', 'tag')).toEqual(heard)
    expect(await inPage("(await import('/parley.browser.js')).Parley", 'module')).toEqual(heard)
  } finally {
    await browser.close()
    await network.close()
  }
})
