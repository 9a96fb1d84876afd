// What the environment may say, and how faults are told.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dialectNames } from '../composition/dialect-doors.ts'
import { ConfigError, loadConfig } from './config.ts'

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

describe('without any variable', () => {
  test('everything has a default', () => {
    expect(loadConfig({})).toEqual({
      host: '0.0.0.0',
      port: 8000,
      metrics: undefined,
      dataDir: resolve('data'),
      filesFolder: resolve('data/files'),
      filesQuota: 5e9,
      filesKeptFree: 1e9,
      databaseUrl: undefined,
      databasePasswordFile: undefined,
      publicUrl: null,
      secret: undefined,
      allowedOrigins: [],
      ownMachineOrigins: ['http://localhost:3000', 'http://127.0.0.1:3000'],
      registration: 'open',
      demo: false,
      testData: 'own machine',
      weakPasswords: 'dialects',
      dialects: { enabled: dialectNames, ports: {} },
      trustedProxies: [],
      rateLimits: 'on',
      writeInterval: 25,
      tuning: ['gathered-writes', 'second-batch', 'simple-writes', 'heap'],
      logLevels: { http: 'info', ws: 'info', core: 'info', db: 'info' },
    })
  })

  test('in production it is the same', () => {
    expect(loadConfig({ NODE_ENV: 'production' })).toEqual(loadConfig({}))
  })

  test('the variables of tools are no concern of the server', () => {
    expect(loadConfig({ PARLEY_TEST_FSYNC: 'off', PARLEY_MODEL_RUNS: '5' })).toEqual(loadConfig({}))
  })

  test('none leaves everything out that exists for speed alone', () => {
    expect(loadConfig({ PARLEY_TUNING: 'none' })).toEqual({ ...loadConfig({}), tuning: [] })
  })

  test('empty variables count as missing', () => {
    const empty = { PORT: '', DATABASE_URL: ' ', PARLEY_SECRET: '', PARLEY_ALLOWED_ORIGINS: '' }
    expect(loadConfig(empty)).toEqual(loadConfig({}))
  })
})

test('every variable is read', () => {
  const config = loadConfig({
    HOST: '::1',
    PORT: '0',
    PARLEY_METRICS_PORT: '[::]:9464',
    PARLEY_DATA_DIR: '/srv/parley',
    PARLEY_FILES_URL: 'file:///srv/files',
    PARLEY_FILES_QUOTA: 'none',
    PARLEY_FILES_FREE_MIN: '512MiB',
    PARLEY_DIALECTS: 'chat-backend, chat-application',
    PARLEY_DIALECT_PORTS: 'chat-backend=8001, chat-application=0',
    DATABASE_URL: 'postgresql:///parley?host=/run/postgresql',
    PARLEY_DATABASE_PASSWORD_FILE: '/run/secrets/database',
    PARLEY_PUBLIC_URL: 'https://Chat.example.org/',
    PARLEY_SECRET: 's'.repeat(32),
    PARLEY_ALLOWED_ORIGINS: 'https://a.example, http://localhost:5173',
    PARLEY_REGISTRATION: 'closed',
    PARLEY_DEMO: '1',
    PARLEY_WEAK_PASSWORDS: 'nowhere',
    PARLEY_TRUSTED_PROXIES: '10.0.0.1,10.0.0.0/8,fd00::/8,loopback',
    PARLEY_RATE_LIMITS: 'off',
    PARLEY_WRITE_INTERVAL: '0',
    PARLEY_TUNING: 'heap',
    LOG_LEVEL: 'warn,ws=error',
    LOG_LEVEL_DB: 'debug',
  })
  expect(config).toEqual({
    host: '::1',
    port: 0,
    metrics: { host: '::', port: 9464 },
    dataDir: '/srv/parley',
    filesFolder: '/srv/files',
    filesQuota: null,
    filesKeptFree: 512 * 2 ** 20,
    dialects: {
      enabled: ['chat-backend', 'chat-application'],
      ports: { 'chat-backend': 8001, 'chat-application': 0 },
    },
    databaseUrl: 'postgresql:///parley?host=/run/postgresql',
    databasePasswordFile: '/run/secrets/database',
    publicUrl: 'https://chat.example.org',
    secret: 's'.repeat(32),
    allowedOrigins: ['https://a.example', 'http://localhost:5173'],
    ownMachineOrigins: [],
    registration: 'closed',
    demo: true,
    testData: 'everyone',
    weakPasswords: 'nowhere',
    trustedProxies: ['10.0.0.1', '10.0.0.0/8', 'fd00::/8', 'loopback'],
    rateLimits: 'off',
    writeInterval: 0,
    tuning: ['heap'],
    logLevels: { http: 'warn', ws: 'error', core: 'warn', db: 'debug' },
  })
})

describe('faults', () => {
  test('are told all at once', () => {
    const environment = {
      HOST: 'not a host',
      PORT: '65536',
      PARLEY_METRICS_PORT: 'here:',
      DATABASE_URL: 'mysql://root@localhost/parley',
      PARLEY_PUBLIC_URL: 'https://example.org/chat',
      PARLEY_SECRET: 'hunter2',
      PARLEY_ALLOWED_ORIGINS: 'https://a.example,*',
      PARLEY_REGISTRATION: 'invite-only',
      PARLEY_DEMO: 'yes',
      PARLEY_WEAK_PASSWORDS: 'never',
      PARLEY_DIALECTS: 'chat-backend,irc',
      PARLEY_DIALECT_PORTS: 'chat-backend:8001',
      PARLEY_TRUSTED_PROXIES: '10.0.0.0/33',
      PARLEY_RATE_LIMITS: '0',
      PARLEY_WRITE_INTERVAL: '25ms',
      PARLEY_TUNING: 'heap,luck',
      LOG_LEVEL: 'loud',
      LOG_LEVEL_HTTP: 'louder',
      PARLEY_PUBIC_URL: 'https://example.org',
    }
    expect(faultsOf(environment).map((fault) => fault.split(' ')[0])).toEqual(Object.keys(environment))
  })

  test('are readable, and give no secret away', () => {
    const environment = {
      PORT: 'eighty',
      PARLEY_SECRET: 'hunter2',
      DATABASE_URL: 'parley:hunter2@db',
      PARLEY_REGISTRATIONS: 'open',
    }
    expect(() => loadConfig(environment)).toThrow(
      [
        'The configuration has faults:',
        '  PORT must be a number from 0 to 65535',
        '  DATABASE_URL must be the address of a PostgreSQL database, postgresql://user:password@host:5432/name',
        '  PARLEY_SECRET must have at least 32 characters',
        '  PARLEY_REGISTRATIONS is not a variable of Parley',
      ].join('\n'),
    )
  })

  test.each(['', '80', '08'])('a port may be %o', (PORT) => expect(faultsOf({ PORT })).toEqual([]))
  test.each(['-1', '1e3', '8000 8001', '0x50'])('a port may not be %o', (PORT) => {
    expect(faultsOf({ PORT })).toHaveLength(1)
  })
  test('a port is that of one door', () => {
    const of = (PARLEY_DIALECT_PORTS: string, PORT = '') => faultsOf({ PARLEY_DIALECT_PORTS, PORT })
    expect(of('messenger=8000')).toEqual([
      'PARLEY_DIALECT_PORTS gives messenger the port 8000, which is that of PORT too: each needs its own',
    ])
    expect(of('messenger=8000', '8080')).toEqual([])
    expect(of('messenger=8001,chat-backend=8001')).toEqual([
      'PARLEY_DIALECT_PORTS gives chat-backend the port 8001, which is that of messenger too: each needs its own',
    ])
    expect(of('messenger=0,chat-backend=0', '0')).toEqual([])
  })
  test('the driver that the address of a database names for other programs is overlooked', () => {
    expect(loadConfig({ DATABASE_URL: 'postgresql+asyncpg://u:p@db:5432/chat' }).databaseUrl).toBe(
      'postgresql://u:p@db:5432/chat',
    )
    expect(loadConfig({ DATABASE_URL: 'postgres+psycopg2:///chat' }).databaseUrl).toBe('postgres:///chat')
    expect(faultsOf({ DATABASE_URL: 'mysql+asyncpg://u:p@db/chat' })).toHaveLength(1)
  })
  test.each(['chat-backend', 'chat-backend=', 'chat-backend=x', 'irc=1', '=1', 'chat-backend=1=2'])(
    'a port of a dialect may not be %o',
    (PARLEY_DIALECT_PORTS) => expect(faultsOf({ PARLEY_DIALECT_PORTS })).toHaveLength(1),
  )
  test.each([
    ['9464', { host: '127.0.0.1', port: 9464 }],
    ['0.0.0.0:9464', { host: '0.0.0.0', port: 9464 }],
    ['[::1]:9464', { host: '::1', port: 9464 }],
    ['metrics.internal:9464', { host: 'metrics.internal', port: 9464 }],
  ])('figures may be at %s', (PARLEY_METRICS_PORT, metrics) =>
    expect(loadConfig({ PARLEY_METRICS_PORT }).metrics).toEqual(metrics),
  )
  test.each(['::1:9464', '9464:', ':9464', 'a b:9464', '70000', '0.0.0.0:70000', '[x]:1', 'on'])(
    'figures may not be at %o',
    (PARLEY_METRICS_PORT) => expect(faultsOf({ PARLEY_METRICS_PORT })).toHaveLength(1),
  )
  test.each([
    ['/srv/files', '/srv/files'],
    ['files', resolve('files')],
    ['file:///srv/the%20files', '/srv/the files'],
  ])('files may be kept in %s', (PARLEY_FILES_URL, filesFolder) =>
    expect(loadConfig({ PARLEY_FILES_URL }).filesFolder).toBe(filesFolder),
  )
  test.each([
    's3://bucket/parley',
    'https://example.org/files',
    'file://another-machine/files',
    'file:',
    'file:///a%2Fb',
  ])('files may not be kept in %s', (PARLEY_FILES_URL) =>
    expect(faultsOf({ PARLEY_FILES_URL })).toHaveLength(1),
  )
  test.each(['10.0.0.1/', '10.0.0.1/8/8', '300.0.0.1', 'fd00::/129', 'everyone'])(
    'a trusted proxy may not be %o',
    (PARLEY_TRUSTED_PROXIES) => expect(faultsOf({ PARLEY_TRUSTED_PROXIES })).toHaveLength(1),
  )
})

test('the example file names every variable once and shows the defaults', () => {
  const text = readFileSync(new URL('../../../../.env.example', import.meta.url), 'utf8')
  const shown = [...text.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value])
  expect(shown.map(([name]) => name).sort()).toEqual([
    'DATABASE_URL',
    'HOST',
    'LOG_LEVEL',
    'LOG_LEVEL_CORE',
    'LOG_LEVEL_DB',
    'LOG_LEVEL_HTTP',
    'LOG_LEVEL_WS',
    'PARLEY_ALLOWED_ORIGINS',
    'PARLEY_DATABASE_PASSWORD_FILE',
    'PARLEY_DATA_DIR',
    'PARLEY_DEMO',
    'PARLEY_DIALECTS',
    'PARLEY_DIALECT_PORTS',
    'PARLEY_FILES_FREE_MIN',
    'PARLEY_FILES_QUOTA',
    'PARLEY_FILES_URL',
    'PARLEY_METRICS_PORT',
    'PARLEY_PUBLIC_URL',
    'PARLEY_RATE_LIMITS',
    'PARLEY_REGISTRATION',
    'PARLEY_SECRET',
    'PARLEY_TRUSTED_PROXIES',
    'PARLEY_TUNING',
    'PARLEY_WEAK_PASSWORDS',
    'PARLEY_WRITE_INTERVAL',
    'PORT',
  ])
  expect(loadConfig(Object.fromEntries(shown))).toEqual(loadConfig({}))
})

describe('amounts of bytes', () => {
  test.each([
    ['5GB', 5_000_000_000],
    ['1.5 gb', 1_500_000_000],
    ['512MiB', 536_870_912],
    ['1000', 1000],
    ['0', 0],
  ])('%s', (text, bytes) => {
    const config = loadConfig({ PARLEY_FILES_QUOTA: text, PARLEY_FILES_FREE_MIN: text })
    expect([config.filesQuota, config.filesKeptFree]).toEqual([bytes, bytes])
  })

  test.each(['5 apples', '-1', 'GB', '1e9', '99999999999TB'])('%s is none', (text) => {
    const read = () => loadConfig({ PARLEY_FILES_QUOTA: text })
    expect(read).toThrow('PARLEY_FILES_QUOTA must be an amount such as 5GB')
  })
})
