// Each variable of the server is in .env.example and docs/deployment.md, and reaches the server in its container.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../packages/server/src/cli/config.ts'
import { leftOverSettings, leftOvers } from '../../packages/server/src/cli/left-over-settings.ts'
import { readDocuments, readText } from '../architecture/tree.ts'
import { projectRoot } from './build-context.ts'
import { composeVariables, readCompose } from './compose.ts'
import { parseDockerfile } from './dockerfile.ts'

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8')
const image = Object.assign(
  {},
  ...(parseDockerfile(read('Dockerfile')).at(-1)?.instructions ?? []).map(
    (one) => one.kind === 'ENV' && one.values,
  ),
) as Record<string, string>

/** What the server looks at. NODE_ENV is not the operator's. */
function serverVariables(): string[] {
  const names = new Set<string>()
  loadConfig(
    new Proxy<Record<string, string>>(
      {},
      {
        get(_, name) {
          names.add(String(name))
          return undefined
        },
      },
    ),
  )
  names.delete('NODE_ENV')
  return [...names].sort()
}

/** Compose itself reads it. */
const ofCompose = 'COMPOSE_PROFILES'
/** They say where the machine listens; the container has its own. */
const ofTheMachine = ['HOST', 'PORT']
const known = serverVariables()
const composed = readCompose().services.parley.environment ?? {}

describe('.env.example', () => {
  const lines = [...read('.env.example').matchAll(/^#?([A-Z][A-Z_]*)=(.*)$/gm)]
  const shown = new Map(lines.map(([, name = '', value = '']) => [name, value]))

  test('has each variable of the server and of Compose once', () => {
    expect(lines.map(([, name]) => name).sort()).toEqual(
      [...new Set([...known, ...composeVariables(), ofCompose])].sort(),
    )
  })

  test('shows the defaults that Compose takes', () => {
    const { parley, postgres } = readCompose(Object.fromEntries(shown)).services
    expect(loadConfig({ ...image, ...parley.environment })).toEqual(loadConfig({ ...image, ...composed }))
    expect(parley.ports).toEqual(readCompose().services.parley.ports)
    expect(postgres).toEqual(readCompose().services.postgres)
  })
})

describe('in the container', () => {
  test('each variable comes from .env, unless the image sets it', () => {
    const chosen = Object.fromEntries(known.map((name) => [name, `chosen ${name}`]))
    const { parley } = readCompose(chosen).services
    const passed = known.filter((name) => parley.environment?.[name] === chosen[name])
    expect(passed).toEqual(known.filter((name) => !(name in image)))
    expect(known.filter((name) => name in image)).toEqual([...ofTheMachine, 'PARLEY_DATA_DIR'].sort())
  })

  test('the server gets no variable that it does not know, and without .env takes its defaults', () => {
    const own = Object.keys(composed).filter((name) => !/^PG(USER|DATABASE)$/.test(name))
    expect(own.filter((name) => !known.includes(name))).toEqual([])
    expect(loadConfig({ ...image, ...composed })).toEqual({
      ...loadConfig({ NODE_ENV: 'production', PARLEY_DATA_DIR: '/data' }),
      databaseUrl: 'postgresql://postgres:5432',
      databasePasswordFile: '/keys/postgres',
    })
  })
})

describe('docs/deployment.md', () => {
  const text = read('docs/deployment.md')

  test('has each variable in its table', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('| `'))
    const names = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name),
    )
    expect(names.sort()).toEqual([...new Set([...known, ...composeVariables(), ofCompose])].sort())
  })

  test('shows settings for HTTPS that the server takes', () => {
    const block = /```sh\n(COMPOSE_PROFILES=https\n[^`]*)```/.exec(text)?.[1] ?? ''
    const settings = Object.fromEntries(
      block
        .trim()
        .split('\n')
        .map((line) => line.split('=')),
    )
    const { parley, caddy } = readCompose(settings).services
    expect(loadConfig({ ...image, ...parley.environment })).toMatchObject({
      publicUrl: 'https://chat.example.org',
      trustedProxies: ['uniquelocal'],
    })
    expect(caddy.environment).toEqual({ PARLEY_PUBLIC_URL: 'https://chat.example.org' })
    expect(parley.ports).toEqual(['127.0.0.1:8000:8000'])
  })
})

const documents = readDocuments()

test.each(documents)('%s names no variable of Parley that it does not have', (document) => {
  const ofTools = /^PARLEY_(DEV|TEST|MODEL|BENCH|FAULTS)_/
  const names = [...readText(document).matchAll(/\bPARLEY_[A-Z_]*[A-Z]\b/g)].map(([name]) => name)
  expect(names.filter((name) => !known.includes(name) && !ofTools.test(name))).toEqual([])
})

describe.each(documents.filter((path) => path.startsWith('docs/moving/')))('%s', (document) => {
  const text = readText(document)

  test('names no variable that neither Parley nor another program has', () => {
    const names = [...text.matchAll(/(?<=`|^)([A-Z][A-Z\d]*_[A-Z_\d]*[A-Z\d]|HOST|PORT|PG[A-Z]+)\b/gm)].map(
      ([name]) => name,
    )
    const all = [...known, ...composeVariables(), ...leftOvers.map(({ name }) => name), 'PGPASSWORD']
    expect(names.filter((name) => !all.includes(name))).toEqual([])
  })

  test('shows settings that the server takes', () => {
    const shown = Object.fromEntries(
      [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    )
    expect(leftOverSettings(shown).line).toBeUndefined()
    const { dialects, port } = loadConfig(shown)
    const name = /([\w-]+)\.md$/.exec(document)?.[1] ?? ''
    expect(dialects.ports).toEqual(name === 'README' ? {} : { [name]: expect.any(Number) })
    const commands = /^## Commands$([\s\S]*?)^## /m.exec(text)?.[1] ?? ''
    const named = [...commands.matchAll(/http:\/\/localhost:(\d+)/g)].map(([, digits]) => Number(digits))
    expect(named.length > 0).toBe(name !== 'README')
    expect(named.filter((one) => ![port, ...Object.values(dialects.ports)].includes(one))).toEqual([])
  })
})
