// The server's log: JSON lines by pino, one logger for each layer with a level of its own. A line never holds a secret or the text
// of a message; errors are reduced to what identifies the fault, because those of a database driver quote rows.
import pino, { type DestinationStream, type Logger } from 'pino'

export const logLayers = ['http', 'ws', 'core', 'db'] as const
type LogLayer = (typeof logLayers)[number]

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
type LogLevel = (typeof logLevels)[number]

export type LogLevels = Readonly<Record<LogLayer, LogLevel>>

export type Logs = Readonly<Record<LogLayer, Logger>>

/**
 * Levels from a text like `info` or `warn,http=info,db=debug`: one for all layers, and exceptions by layer. Null when the text is
 * not of that form.
 */
export function parseLogLevels(text: string): LogLevels | null {
  const levels = new Map<LogLayer, LogLevel>()
  let general: LogLevel = 'info'
  for (const part of text.split(',').map((part) => part.trim())) {
    const [left = '', right, ...more] = part.split('=')
    const level = asLevel(right ?? left)
    const layer = logLayers.find((name) => name === left)
    if (level === undefined || more.length > 0 || (right !== undefined && layer === undefined)) return null
    if (layer === undefined) general = level
    else levels.set(layer, level)
  }
  const levelOf = (layer: LogLayer): LogLevel => levels.get(layer) ?? general
  return { http: levelOf('http'), ws: levelOf('ws'), core: levelOf('core'), db: levelOf('db') }
}

const asLevel = (text: string): LogLevel | undefined => logLevels.find((level) => level === text)

/** Keys whose values are never written, at the top of a line's data and one level below. */
const secretKeys = [
  'password',
  'token',
  'access_token',
  'refresh_token',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
  'secret',
  'text',
]

/** One logger per layer, writing to standard output unless another is given. Errors go under the key `err`. */
export function createLogs(levels: LogLevels, destination?: DestinationStream): Logs {
  const root = pino(
    {
      base: {},
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`]), censor: '[hidden]' },
    },
    destination ?? pino.destination(1),
  )
  const layer = (name: LogLayer): Logger => root.child({ layer: name }, { level: levels[name] })
  return { http: layer('http'), ws: layer('ws'), core: layer('core'), db: layer('db') }
}

interface DescribedError {
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly stack?: string
  readonly cause?: DescribedError
}

/** Type, message, code, stack and cause; other properties (rows, queries, parameters) stay out of the log. */
function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'a value that is no error was thrown' }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || depth === 4 ? {} : { cause: describeError(error.cause, depth + 1) }),
  }
}
