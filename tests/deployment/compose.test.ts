// compose.yaml and the Caddyfile: valid for the programs that read them, and in line with the image.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { projectRoot } from './build-context.ts'
import { readCompose } from './compose.ts'
import { parseDockerfile } from './dockerfile.ts'
import { findProgram, judge } from './programs.ts'

const instructions =
  parseDockerfile(readFileSync(join(projectRoot, 'Dockerfile'), 'utf8')).at(-1)?.instructions ?? []
const port = instructions.find((one) => one.kind === 'EXPOSE')?.port
const { services, volumes, networks } = readCompose()
const caddyfile = join(projectRoot, 'deploy/Caddyfile')

describe('compose.yaml', () => {
  test('is valid for Compose, with .env.example and without', () => {
    const compose = findProgram(
      'What Compose says of compose.yaml',
      ['docker', 'compose'],
      ['docker-compose'],
    )
    const example = join(projectRoot, '.env.example')
    for (const options of [[], ['--env-file', example], ['--profile', 'https']]) {
      const command = [
        ...(compose ?? []),
        '-f',
        join(projectRoot, 'compose.yaml'),
        ...options,
        'config',
        '--quiet',
      ]
      expect(compose === null ? 'valid' : judge(command)).toBe('valid')
    }
  })

  test('publishes the port of the image, at the address and port that .env names', () => {
    expect(services.parley.ports).toEqual([`0.0.0.0:8000:${port}`])
    const { parley } = readCompose({ HOST: '127.0.0.1', PORT: '9000' }).services
    expect(parley.ports).toEqual([`127.0.0.1:9000:${port}`])
  })

  test('keeps the data of the image in a volume, and lets it write nowhere else', () => {
    expect(services.parley.volumes).toEqual(['keys:/keys:ro', 'parley-data:/data'])
    expect(services.parley.read_only).toBe(true)
  })

  test('keeps the database where the image of PostgreSQL 18 has it, and publishes it to nobody', () => {
    expect(services.postgres.volumes).toEqual(['keys:/keys:ro', 'postgres-data:/var/lib/postgresql'])
    expect(services.postgres.ports).toBeUndefined()
  })

  test('every named volume is declared and used', () => {
    const used = Object.values(services)
      .flatMap((service) => service.volumes ?? [])
      .map((mount) => mount.split(':')[0] ?? '')
      .filter((source) => !source.startsWith('.'))
    expect([...new Set(used)].sort()).toEqual(Object.keys(volumes).sort())
  })

  test('starts the server when PostgreSQL can be reached, and Caddy, if asked for, when the server is ready', () => {
    expect(services.postgres.healthcheck?.test.join(' ')).toMatch(/pg_isready --host=127\.0\.0\.1/)
    expect(services.parley.depends_on).toEqual({
      keys: { condition: 'service_completed_successfully' },
      postgres: { condition: 'service_healthy' },
    })
    expect(instructions.some(({ kind }) => kind === 'HEALTHCHECK')).toBe(true)
    expect(services.caddy.depends_on).toEqual({ parley: { condition: 'service_healthy' } })
    expect(services.caddy.profiles).toEqual(['https'])
    expect(services.parley.profiles ?? services.postgres.profiles).toBeUndefined()
  })

  test('server and PostgreSQL agree on who logs in where', () => {
    const { parley, postgres } = readCompose({ POSTGRES_USER: 'u', POSTGRES_DB: 'd' }).services
    expect(postgres.environment).toEqual({
      POSTGRES_USER: 'u',
      POSTGRES_PASSWORD_FILE: '/keys/postgres',
      POSTGRES_DB: 'd',
    })
    expect(parley.environment).toMatchObject({
      DATABASE_URL: 'postgresql://postgres:5432',
      PGUSER: 'u',
      PGDATABASE: 'd',
      PARLEY_DATABASE_PASSWORD_FILE: '/keys/postgres',
    })
  })

  test.each(['caddy', 'keys', 'parley', 'postgres'] as const)(
    'P12: %s has no rights, a bound on its memory, and writes to its volumes alone',
    (name) => {
      const { cap_drop, cap_add = [], security_opt, mem_limit, pids_limit, read_only } = services[name]
      expect({ cap_drop, security_opt, read_only }).toEqual({
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        read_only: true,
      })
      expect(cap_add).toEqual(name === 'caddy' ? ['NET_BIND_SERVICE'] : [])
      expect(mem_limit).toMatch(/^\d+[mg]$/)
      expect(pids_limit).toBeGreaterThan(0)
    },
  )

  test('P12: only the server reaches the database, which runs as no root and reaches nothing', () => {
    expect(services.postgres.user).toBe('postgres')
    expect(services.postgres.networks).toEqual(['database'])
    expect(services.parley.networks).toEqual(['database', 'front'])
    expect(services.caddy.networks).toEqual(['front'])
    expect(services.keys.network_mode).toBe('none')
    expect(networks.database).toEqual({ internal: true })
  })
})

describe('P12: the password of the database', () => {
  const folders: string[] = []
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true })
  })

  /** Runs what makes it, in a folder in place of the volume. */
  function makeKeys(folder: string, POSTGRES_PASSWORD = ''): string {
    const [program = '', ...args] = (services.keys.command ?? []).map((word) =>
      word.replaceAll('/keys', folder),
    )
    const env = { PATH: process.env.PATH ?? '', POSTGRES_PASSWORD }
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', env })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    return readFileSync(join(folder, 'postgres'), 'utf8')
  }
  const newFolder = (): string => {
    folders.push(mkdtempSync(join(tmpdir(), 'parley-keys-')))
    return folders.at(-1) ?? ''
  }

  test('is made up at the first start, another one each time, and kept', () => {
    const folder = newFolder()
    const made = makeKeys(folder)
    expect(made).toMatch(/^[\da-f]{48}$/)
    expect(makeKeys(folder)).toBe(made)
    expect(makeKeys(newFolder())).not.toBe(made)
  })

  test('is the operator’s where there is one, as it is', () => {
    const folder = newFolder()
    expect(makeKeys(folder, 'p@/:% "$x\'')).toBe('p@/:% "$x\'')
    expect(makeKeys(folder)).toBe('p@/:% "$x\'')
  })

  test('stands nowhere in the files', () => {
    expect(readFileSync(join(projectRoot, 'compose.yaml'), 'utf8')).not.toMatch(/POSTGRES_PASSWORD:-[^}$"]/)
    expect(readFileSync(join(projectRoot, '.env.example'), 'utf8')).toMatch(/^POSTGRES_PASSWORD=$/m)
  })
})

describe('the Caddyfile', () => {
  const text = readFileSync(caddyfile, 'utf8')

  test('is valid for Caddy', () => {
    const caddy = findProgram('What Caddy says of the Caddyfile', ['caddy'])
    const command = [...(caddy ?? []), 'validate', '--adapter', 'caddyfile', '--config', caddyfile]
    const env = { ...services.caddy.environment, HOME: tmpdir() }
    expect(caddy === null ? 'valid' : judge(command, env)).toBe('valid')
  })

  test('leads to the port of the image, under names that Compose gives it', () => {
    expect(text.match(/reverse_proxy .*/g)).toEqual([`reverse_proxy parley:${port} {`])
    const variables = [...text.matchAll(/\{\$(\w+)\}/g)].map(([, name = '']) => name)
    expect(variables).toEqual(Object.keys(services.caddy.environment ?? {}))
    expect(services.caddy.volumes).toContain('./deploy/Caddyfile:/etc/caddy/Caddyfile:ro')
  })
})
