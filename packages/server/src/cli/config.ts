// The environment, checked: every fault is reported at once, and what comes out needs no further checks.
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AppSettings } from '../composition/app.ts'
import { type DialectSettings, dialectNames } from '../composition/dialect-doors.ts'
import { type Optimisation, optimisations } from '../composition/tuning.ts'
import { type LogLevels, logLayers, logLevels, parseLogLevels } from '../observability/logs.ts'
import { defaultPace } from '../realtime/gathered-writes.ts'
import { withoutDriver } from '../storage/postgres.ts'

/** What the operator chose. `.env.example` explains each variable. */
export interface Config {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Where the figures for Prometheus are; undefined for nowhere. */
  readonly metrics: Listening | undefined
  /** Absolute. */
  readonly dataDir: string
  /** Absolute. */
  readonly filesFolder: string
  /** Bytes that one person's files may take; null for no bound. */
  readonly filesQuota: number | null
  /** Bytes that uploads leave free on the disk of the files. */
  readonly filesKeptFree: number
  /** Undefined for the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined
  /** Where the password is that DATABASE_URL leaves out. */
  readonly databasePasswordFile: string | undefined
  /** An origin, `https://chat.example.org`; null when it is not known. */
  readonly publicUrl: string | null
  /** Undefined for the one that the data folder keeps. */
  readonly secret: string | undefined
  readonly allowedOrigins: readonly string[]
  /** Those of a page in development, for requests from this machine; none when the operator named origins. */
  readonly ownMachineOrigins: readonly string[]
  readonly registration: 'open' | 'closed'
  readonly demo: boolean
  /** See Policy. */
  readonly testData: AppSettings['policy']['testData']
  /** Which doors let people choose a password that is easily guessed. */
  readonly weakPasswords: 'dialects' | 'nowhere'
  readonly dialects: DialectSettings
  /** Addresses, networks, and the names of ranges that Fastify's `trustProxy` knows. */
  readonly trustedProxies: readonly string[]
  readonly rateLimits: 'on' | 'off'
  /** Milliseconds between two writes to a socket of a large, busy chat; 0 for none. */
  readonly writeInterval: number
  /** What of that which exists for speed alone is used. */
  readonly tuning: readonly Optimisation[]
  readonly logLevels: LogLevels
}

interface Listening {
  readonly host: string
  readonly port: number
}

/** The message is one line for one fault, else a line for each; it holds no value of a secret. */
export class ConfigError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    const [only = '', ...more] = faults
    super(
      more.length === 0
        ? only
        : `The configuration has faults:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.faults = faults
  }
}

type Environment = Record<string, string | undefined>

/** A fault of one variable, without its name. */
class Fault extends Error {}

const secretMin = 32
/** Where the pages of other messengers' clients are usually served while somebody tries them. */
const developmentOrigins = ['http://localhost:3000', 'http://127.0.0.1:3000']
const proxyRanges = ['loopback', 'linklocal', 'uniquelocal']

/** Variables of the development scripts and the test runs, which share the environment with servers that they start. */
const ofTools = /^PARLEY_(DEV|TEST|MODEL|BENCH|FAULTS)_/

/**
 * An empty variable counts as missing, as compose files write it. Unknown `PARLEY_` variables are faults: they are
 * misspelt ones.
 *
 * @throws ConfigError with every fault
 */
export function loadConfig(environment: Environment): Config {
  const faults: string[] = []
  const known = new Set<string>()

  /** The variable through `parse`, or the default; after a fault the default too, which then nobody gets to see. */
  function read<T>(name: string, fallback: T, parse: (text: string) => T): T {
    known.add(name)
    const text = environment[name]?.trim()
    if (text === undefined || text === '') return fallback
    try {
      return parse(text)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      faults.push(`${name} ${error.message}`)
      return fallback
    }
  }

  const dataDir = resolve(read('PARLEY_DATA_DIR', './data', (text) => text))
  const config: Omit<Config, 'testData' | 'ownMachineOrigins'> = {
    host: read('HOST', '0.0.0.0', parseHost),
    port: read('PORT', 8000, parsePort),
    metrics: read<Listening | undefined>('PARLEY_METRICS_PORT', undefined, parseListening),
    dataDir,
    filesFolder: read('PARLEY_FILES_URL', join(dataDir, 'files'), parseFilesUrl),
    filesQuota: read<number | null>('PARLEY_FILES_QUOTA', 5e9, parseQuota),
    filesKeptFree: read('PARLEY_FILES_FREE_MIN', 1e9, parseBytes),
    databaseUrl: read<string | undefined>('DATABASE_URL', undefined, parseDatabaseUrl),
    databasePasswordFile: read<string | undefined>('PARLEY_DATABASE_PASSWORD_FILE', undefined, (text) =>
      resolve(text),
    ),
    publicUrl: read<string | null>('PARLEY_PUBLIC_URL', null, parseOrigin),
    secret: read<string | undefined>('PARLEY_SECRET', undefined, parseSecret),
    allowedOrigins: read('PARLEY_ALLOWED_ORIGINS', [], (text) => listOf(text, parseOrigin)),
    registration: read('PARLEY_REGISTRATION', 'open', oneOf('open', 'closed')),
    demo: read('PARLEY_DEMO', '0', oneOf('0', '1')) === '1',
    weakPasswords: read<Config['weakPasswords']>(
      'PARLEY_WEAK_PASSWORDS',
      'dialects',
      oneOf('dialects', 'nowhere'),
    ),
    dialects: {
      enabled: read('PARLEY_DIALECTS', dialectNames, parseDialects),
      ports: read('PARLEY_DIALECT_PORTS', {}, parseDialectPorts),
    },
    trustedProxies: read('PARLEY_TRUSTED_PROXIES', [], (text) => listOf(text, parseProxy)),
    rateLimits: read('PARLEY_RATE_LIMITS', 'on', oneOf('on', 'off')),
    writeInterval: read('PARLEY_WRITE_INTERVAL', defaultPace.interval, parseWriteInterval),
    tuning: read<readonly Optimisation[]>('PARLEY_TUNING', optimisations, parseTuning),
    logLevels: readLogLevels(read),
  }
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith('PARLEY_') && !known.has(name) && !ofTools.test(name),
  )
  faults.push(...unknown.map((name) => `${name} is not a variable of Parley`))
  faults.push(...sharedPorts(config))
  if (faults.length > 0) throw new ConfigError(faults)
  return {
    ...config,
    ownMachineOrigins: config.allowedOrigins.length === 0 ? developmentOrigins : [],
    testData: testDataOf(config),
  }
}

/** Behind a proxy that is known of, a call from this machine may be anybody's. */
function testDataOf({
  demo,
  registration,
  publicUrl,
  trustedProxies,
}: Pick<Config, 'demo' | 'registration' | 'publicUrl' | 'trustedProxies'>): Config['testData'] {
  if (demo) return 'everyone'
  return registration === 'open' && publicUrl === null && trustedProxies.length === 0
    ? 'own machine'
    : 'nobody'
}

/** Faults of dialects whose port is Parley's own, or that of another dialect. 0 is a free one each time. */
function sharedPorts({ port, dialects }: Pick<Config, 'port' | 'dialects'>): string[] {
  const owners = new Map([[port, 'PORT']])
  return Object.entries(dialects.ports).flatMap(([name, own]) => {
    const owner = own === 0 ? undefined : owners.get(own)
    owners.set(own, name)
    return owner === undefined
      ? []
      : [
          `PARLEY_DIALECT_PORTS gives ${name} the port ${own}, which is that of ${owner} too: each needs its own`,
        ]
  })
}

type Read = <T>(name: string, fallback: T, parse: (text: string) => T) => T

/** `LOG_LEVEL` for all layers (and, in its long form, for single ones); `LOG_LEVEL_<LAYER>` goes first. */
function readLogLevels(read: Read): LogLevels {
  const levels = { ...read('LOG_LEVEL', parseLevels('info'), parseLevels) }
  for (const layer of logLayers) {
    levels[layer] = read(`LOG_LEVEL_${layer.toUpperCase()}`, levels[layer], oneOf(...logLevels))
  }
  return levels
}

function parseLevels(text: string): LogLevels {
  const levels = parseLogLevels(text)
  if (levels === null) {
    throw new Fault(`must be one of ${logLevels.join(', ')}, if need be with exceptions: warn,http=info`)
  }
  return levels
}

export const isHost = (text: string): boolean => isIP(text) !== 0 || /^[\w-]+(\.[\w-]+)*$/.test(text)

function parseHost(text: string): string {
  if (!isHost(text)) throw new Fault('must be an address or a host name')
  return text
}

export const isPort = (text: string): boolean => /^\d+$/.test(text) && Number(text) <= 65_535

function parsePort(text: string): number {
  if (!isPort(text)) throw new Fault('must be a number from 0 to 65535')
  return Number(text)
}

/** A port of this machine alone, or an address with a port. */
function parseListening(text: string): Listening {
  const [, bracketed, plain, digits = ''] = /^(?:\[([\da-fA-F:]+)\]:|([^:[\]]+):)?(\d+)$/.exec(text) ?? []
  try {
    return { host: parseHost(bracketed ?? plain ?? '127.0.0.1'), port: parsePort(digits) }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    throw new Fault('must be a port (9464, for this machine alone) or an address with one (0.0.0.0:9464)')
  }
}

function parseWriteInterval(text: string): number {
  const interval = Number(text)
  if (!/^\d+$/.test(text) || interval > 1_000) throw new Fault('must be milliseconds from 0 to 1000')
  return interval
}

function parseDatabaseUrl(text: string): string {
  const address = withoutDriver(text)
  if (!/^postgres(ql)?:\/\//.test(address) || !URL.canParse(address)) {
    throw new Fault('must be the address of a PostgreSQL database, postgresql://user:password@host:5432/name')
  }
  return address
}

/** A `file:` address or a path. */
function parseFilesUrl(text: string): string {
  if (/^s3:/i.test(text)) {
    throw new Fault('must be a folder: files cannot be kept in an S3 store yet')
  }
  if (!/^[a-z][a-z\d+.-]+:/i.test(text)) return resolve(text)
  try {
    if (/^file:\/\/\/./i.test(text)) return fileURLToPath(text)
  } catch {
    // An address with something in it that no path can have.
  }
  throw new Fault('must be a folder of this machine, such as file:///srv/parley/files or a path')
}

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
}

/** `5GB`, `512 MiB`, or bytes. */
function parseBytes(text: string): number {
  const [, number = '', name = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? []
  const unit = byteUnits[name.toUpperCase()]
  const bytes = Math.round(Number(number) * (unit ?? Number.NaN))
  if (number === '' || !Number.isSafeInteger(bytes))
    throw new Fault('must be an amount such as 5GB, 512MiB or 1000000')
  return bytes
}

/** An amount, or `none`. */
const parseQuota = (text: string): number | null => (text === 'none' ? null : parseBytes(text))

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol) || `${url.origin}/` !== url.href) {
    throw new Fault(`must be an origin such as https://chat.example.org, without a path; not ${text}`)
  }
  return url.origin
}

function parseSecret(text: string): string {
  if (text.length < secretMin) throw new Fault(`must have at least ${secretMin} characters`)
  return text
}

/** A list of names, or `none`. */
function parseDialects(text: string): string[] {
  return text === 'none' ? [] : listOf(text, parseDialect)
}

/** A list of names, or `none`. */
function parseTuning(text: string): Optimisation[] {
  return text === 'none' ? [] : listOf(text, oneOf(...optimisations))
}

function parseDialect(text: string): string {
  if (!dialectNames.includes(text))
    throw new Fault(`must list some of ${dialectNames.join(', ')}; not ${text}`)
  return text
}

/** `windi-messenger=8001,messenger=8002` */
function parseDialectPorts(text: string): Record<string, number> {
  const pairs = listOf(text, (item): [string, number] => {
    const at = item.indexOf('=')
    if (at < 0) throw new Fault(`must list names with ports, ${dialectNames[0]}=8001; not ${item}`)
    return [parseDialect(item.slice(0, at).trim()), parsePort(item.slice(at + 1).trim())]
  })
  return Object.fromEntries(pairs)
}

function parseProxy(text: string): string {
  const [address = '', bits, ...more] = text.split('/')
  const longest = isIP(address) === 4 ? 32 : 128
  const isNetwork = bits !== undefined && /^\d+$/.test(bits) && Number(bits) <= longest
  const valid = isIP(address) !== 0 && more.length === 0 && (bits === undefined || isNetwork)
  if (!valid && !proxyRanges.includes(text)) {
    throw new Fault(`must list addresses, networks (10.0.0.0/8) or ${proxyRanges.join(', ')}; not ${text}`)
  }
  return text
}

const listOf = <T>(text: string, parse: (item: string) => T): T[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map(parse)

const oneOf =
  <T extends string>(...words: readonly T[]) =>
  (text: string): T => {
    const word = words.find((candidate) => candidate === text)
    if (word === undefined) throw new Fault(`must be ${words.join(' or ')}; not ${text}`)
    return word
  }
