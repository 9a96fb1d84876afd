// The sockets of a dialect as the gateway sees them.
import type { IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { errorRow } from '@parley/protocol'
import type { Actor } from '../../core/actor.ts'
import { type MaybePromise, whenReady } from '../../core/entity-cache/maybe-promise.ts'
import { AppError } from '../../core/errors.ts'
import { calledAt, readCredentials, type UpgradePolicy } from '../../http/credentials.ts'
import type { EncodedTexts, FrameCodec, FrameTexts } from '../../realtime/frame-codec.ts'
import type { SocketProtocol } from '../../ws/socket-protocol.ts'
import type { DialectContext } from './context.ts'
import type { Dialect } from './dialect.ts'
import { requirePageOfOurs } from './http.ts'
import { joinedByPerson, joinedBySocket } from './joined.ts'
import { compileParams } from './requests.ts'
import { DialectSession, type DialectSessionPorts, type SocketState } from './session.ts'
import type { DialectSocket, EventFrames, Frames } from './socket.ts'

export interface DialectSocketDeps extends Omit<DialectSessionPorts, 'errors' | 'joined'> {
  readonly dialect: Dialect
  readonly policy: UpgradePolicy
  readonly authenticate: (accessToken: string) => Promise<Actor>
}

/** Close codes of the table of errors for whoever may not be here, or not any more. */
const refusals: ReadonlySet<number | undefined> = new Set([
  errorRow('unauthenticated').close,
  errorRow('session_revoked').close,
])

/** One protocol for each kind of socket and prefix. */
export function dialectProtocols(deps: DialectSocketDeps): SocketProtocol[] {
  const { dialect } = deps
  return dialect.sockets.flatMap((socket) => {
    const codec = codecOf(dialect, socket, deps.context)
    const prefixes = ['', ...(dialect.prefixes ?? [])]
    const joined = socket.joinsForPerson ? joinedByPerson() : joinedBySocket
    const ports = { ...deps, errors: [socket.errors ?? {}, dialect.errors], joined }
    return prefixes.map((prefix) =>
      protocolOf(deps, ports, socket, codec, deps.context.base + prefix + socket.path),
    )
  })
}

function protocolOf(
  deps: DialectSocketDeps,
  ports: DialectSessionPorts,
  socket: DialectSocket,
  codec: FrameCodec,
  path: string,
): SocketProtocol {
  const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}/?$`)
  const readParams = compileParams(socket.params)
  return {
    accepts: (candidate) => pattern.test(candidate),
    prepare(request) {
      const [at = '', search = ''] = (request.url ?? '').split('?', 2)
      const token = tokenOf(deps, request, new URLSearchParams(search))
      const state: SocketState = { listener: null }
      return {
        codec,
        hears: (event) => state.listener !== null && socket.hears(state.listener, event),
        closeCode: (code) => (refusals.has(code) ? socket.refusalCode : code),
        begin(connection, intake, visitor) {
          const session = new DialectSession(ports, socket, state, connection, intake, visitor)
          const authenticate = async () => {
            if (token === null) throw new AppError('unauthenticated')
            return deps.authenticate(token)
          }
          const params = { ...pattern.exec(at)?.groups }
          session.begin(authenticate, () => readParams(params))
          return session
        },
      }
    },
  }
}

/** In the query, the header, or a cookie of a dialect that has some; null for none, which closes the socket once it is open. */
function tokenOf(deps: DialectSocketDeps, request: IncomingMessage, query: URLSearchParams): string | null {
  const given = query.get('token')
  if (given !== null && given !== '') return given
  const { headers } = request
  const { host, names } = calledAt(request, deps.policy)
  let credentials: ReturnType<typeof readCredentials>
  try {
    credentials = readCredentials(headers, names)
  } catch {
    return null
  }
  if (credentials.kind === 'none') return null
  if (credentials.kind === 'cookie') {
    if (deps.dialect.cookies === undefined) return null
    requirePageOfOurs(deps.policy, { headers, socket: request.socket, host })
  }
  return credentials.accessToken
}

function codecOf(dialect: Dialect, socket: DialectSocket, { entities, base }: DialectContext): FrameCodec {
  return {
    name: `${dialect.name} ${socket.path}`,
    encode: (event) =>
      whenReady(
        persisting(() => socket.encode(event, entities, base)),
        encodedTexts,
      ),
  }
}

/** Milliseconds after which facts are asked for again that the database did not give, half a minute in all. */
const pauses = [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800]

/** Of what was done these clients hear by its event alone, which comes once: it waits for the database. */
function persisting(encode: () => MaybePromise<EventFrames>): MaybePromise<EventFrames> {
  const first = encode()
  return first instanceof Promise ? first.catch((error) => encodeLater(encode, error)) : first
}

async function encodeLater(encode: () => MaybePromise<EventFrames>, cause: unknown): Promise<EventFrames> {
  let failure = cause
  for (const ms of pauses) {
    if (!(failure instanceof AppError) || failure.code !== 'unavailable') break
    await pause(ms, undefined, { ref: false })
    try {
      return await encode()
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

const encodedTexts = (telling: EventFrames): EncodedTexts =>
  typeof telling === 'function' ? (userId) => textsOf(telling(userId)) : textsOf(telling)

function textsOf(frames: Frames): FrameTexts {
  if (frames === null) return null
  return Array.isArray(frames) ? frames.map((frame) => JSON.stringify(frame)) : JSON.stringify(frames)
}
