// What other programs' settings become: every variable of the table, and the line that tells of them.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { dialectNames } from '../composition/dialect-doors.ts'
import { foreignPrograms } from '../storage/sources/recognise.ts'
import { loadConfig } from './config.ts'
import { leftOverSettings, leftOvers } from './left-over-settings.ts'

/** In no line may it be. */
const secret = 'the-value-of-a-secret-0123456789-abcdefgh'

const configOf = (environment: Record<string, string>) =>
  loadConfig({ ...environment, ...leftOverSettings(environment).adopted })

/** With what it needs beside it to be told of. */
const environmentOf = (name: string, beside: readonly string[] = [], value = secret) => ({
  ...(beside[0] === undefined ? {} : { [beside[0]]: secret }),
  [name]: value,
})

const standing = leftOvers.filter(({ standsFor }) => standsFor !== undefined)
const replaced = leftOvers.filter(({ standsFor, isOwn }) => standsFor === undefined && isOwn !== true)

test('the programs are those whose contracts are served', () => {
  expect([...foreignPrograms].sort()).toEqual([...dialectNames].sort())
})

test('P15: no variable is Parley’s own and another program’s, but those that say so', () => {
  const names = leftOvers.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  const own = readFileSync(new URL('../../../../.env.example', import.meta.url), 'utf8')
  const isOwn = (name: string) => new RegExp(`^#?${name}=`, 'm').test(own)
  const ofCompose = ['POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_DB']
  expect(names.filter(isOwn)).toEqual([
    ...leftOvers.filter((one) => one.isOwn).map(({ name }) => name),
    ...ofCompose,
  ])
  expect(leftOvers.filter(({ name }) => ofCompose.includes(name)).every(({ beside }) => beside)).toBe(true)
})

describe.each(replaced)('P15: $name', ({ name, programs, here, beside }) => {
  test('is not used, and a line says what takes its place, but not its value', () => {
    const environment = environmentOf(name, beside)
    const { adopted, line = '' } = leftOverSettings(environment)
    expect(adopted).toEqual({})
    expect(configOf(environment)).toEqual(loadConfig({}))
    expect(line).toMatch(/^settings of /)
    expect(line).toContain(name)
    expect(line).toContain(`(${here})`)
    for (const program of beside === undefined ? programs : []) expect(line).toContain(program)
    expect(line).not.toContain(secret)
    expect(line).not.toContain('\n')
  })

  test('is no matter when it is empty, or says nothing of whose it is', () => {
    expect(leftOverSettings({ [name]: ' ' }).line).toBeUndefined()
    if (beside !== undefined) expect(leftOverSettings({ [name]: secret }).line).toBeUndefined()
  })
})

const fitting = { HOST: '127.0.0.1', PORT: '9000' } as const
const unfitting = { HOST: 'http://x', PORT: '8000/tcp' } as const

describe.each(standing)('P15: $name', ({ name, standsFor = 'HOST', here }) => {
  test('is taken while Parley’s own is missing, and a line says so', () => {
    for (const own of [{}, { [standsFor]: '' }]) {
      const environment = { ...own, [name]: fitting[standsFor] }
      expect(configOf(environment)).toEqual(loadConfig({ [standsFor]: fitting[standsFor] }))
      expect(leftOverSettings(environment).line).toContain(`${name} stands for ${standsFor}`)
    }
  })

  test('is not taken where Parley’s own is set, or where it fits nothing', () => {
    const own = { HOST: '10.0.0.1', PORT: '8080' }
    const beside = { ...own, [name]: fitting[standsFor] }
    expect(configOf(beside)).toEqual(loadConfig(own))
    expect(leftOverSettings(beside).line).toContain(`not used: ${name} (${here})`)
    const misfit = { [name]: unfitting[standsFor] }
    expect(configOf(misfit)).toEqual(loadConfig({}))
    expect(leftOverSettings(misfit).line).toContain(`not used: ${name} (${here})`)
  })
})

describe('P15: the line', () => {
  test('is not there without such variables, for those of Parley, nor for those of its compose.yaml', () => {
    expect(leftOverSettings({})).toEqual({ adopted: {}, line: undefined })
    const own = {
      HOST: '::1',
      PORT: '1',
      DATABASE_URL: 'postgresql://x',
      PARLEY_SECRET: secret,
      LOG_LEVEL: 'info',
    }
    expect(leftOverSettings(own).line).toBeUndefined()
    const compose = { POSTGRES_USER: 'parley', POSTGRES_PASSWORD: secret, POSTGRES_DB: 'parley' }
    expect(leftOverSettings({ ...own, ...compose, SECRET_KEY: 'x' }).line).not.toContain('POSTGRES')
    expect(leftOverSettings(compose).line).toBeUndefined()
  })

  test.each(foreignPrograms)('names %s by all that it reads', (program) => {
    const all = leftOvers.filter(({ programs }) => programs.includes(program))
    const { line = '' } = leftOverSettings(Object.fromEntries(all.map(({ name }) => [name, secret])))
    const told = all.filter(({ isOwn }) => isOwn !== true).map(({ name }) => name)
    expect(told.filter((name) => !line.includes(name))).toEqual([])
    // What Chat Backend reads Chat Application reads too.
    const isShared = program === 'chat-backend'
    expect(line).toMatch(isShared ? / or chat-backend: / : new RegExp(`^settings of ${program}: `))
    expect(line).toMatch(new RegExp(`See docs/moving/${isShared ? 'README' : program}\\.md$`))
  })

  test('names none where the variables are of several', () => {
    expect(leftOverSettings({ DB_HOST: 'x', JWT_SECRET_KEY: 'x' }).line).toMatch(
      /^settings of other programs: /,
    )
  })
})

test('P15: a signing key of another program signs nothing here', () => {
  for (const { name } of leftOvers.filter(({ name }) => /KEY$/.test(name)))
    expect(configOf({ [name]: secret }).secret).toBeUndefined()
})

describe('docs/moving/README.md', () => {
  const text = readFileSync(new URL('../../../../docs/moving/README.md', import.meta.url), 'utf8')
  const marked = (words: string) =>
    words.replaceAll(/\b([A-Z]+_[A-Z_]+|HOST|PORT|parley import)\b|(?<=^|\s)\.env/g, '`$&`')
  const table = leftOvers.map(
    ({ name, programs, here }) => `| \`${name}\` | ${programs.join(', ')} | ${marked(here)} |`,
  )

  test('has the table of the variables as it is', () => {
    const rows = text.split('\n').filter((line) => /^\| `\w+` \|/.test(line))
    expect(rows).toEqual(table)
  })
})
