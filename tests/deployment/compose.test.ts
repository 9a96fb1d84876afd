// compose.yaml and the Caddyfile: valid for the programs that read them, and in line with the image.
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectRoot } from './build-context.ts'
import { readCompose } from './compose.ts'
import { parseDockerfile } from './dockerfile.ts'
import { findProgram, judge } from './programs.ts'

const instructions =
  parseDockerfile(readFileSync(join(projectRoot, 'Dockerfile'), 'utf8')).at(-1)?.instructions ?? []
const port = instructions.find((one) => one.kind === 'EXPOSE')?.port
const { services, volumes } = readCompose()
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
    expect(services.parley.volumes).toEqual(['parley-data:/data'])
    expect(services.parley.read_only).toBe(true)
  })

  test('keeps the database where the image of PostgreSQL 18 has it, and publishes it to nobody', () => {
    expect(services.postgres.volumes).toEqual(['postgres-data:/var/lib/postgresql'])
    expect(services.postgres.ports).toBeUndefined()
  })

  test('every named volume is declared and used', () => {
    const used = Object.values(services)
      .flatMap((service) => service.volumes ?? [])
      .map((mount) => mount.split(':')[0] ?? '')
      .filter((source) => !source.startsWith('.'))
    expect(used.sort()).toEqual(Object.keys(volumes).sort())
  })

  test('starts the server when PostgreSQL can be reached, and Caddy, if asked for, when the server is ready', () => {
    expect(services.postgres.healthcheck?.test.join(' ')).toMatch(/pg_isready --host=127\.0\.0\.1/)
    expect(services.parley.depends_on).toEqual({ postgres: { condition: 'service_healthy' } })
    expect(instructions.some(({ kind }) => kind === 'HEALTHCHECK')).toBe(true)
    expect(services.caddy.depends_on).toEqual({ parley: { condition: 'service_healthy' } })
    expect(services.caddy.profiles).toEqual(['https'])
    expect(services.parley.profiles ?? services.postgres.profiles).toBeUndefined()
  })

  test('server and PostgreSQL agree on who logs in where', () => {
    const chosen = { POSTGRES_USER: 'u', POSTGRES_PASSWORD: 'p@/:%', POSTGRES_DB: 'd' }
    const { parley, postgres } = readCompose(chosen).services
    expect(postgres.environment).toEqual(chosen)
    expect(parley.environment).toMatchObject({
      DATABASE_URL: 'postgresql://postgres:5432',
      PGUSER: 'u',
      PGPASSWORD: 'p@/:%',
      PGDATABASE: 'd',
    })
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
