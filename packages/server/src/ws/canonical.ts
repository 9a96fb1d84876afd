// The canonical protocol as the gateway sees it: its path, who may shake hands, and a session for each socket.
import type { IncomingMessage } from 'node:http'
import { socketPath } from '@parley/protocol'
import { canonicalCodec } from '../realtime/frame-codec.ts'
import { createFrameDecoder } from './frames.ts'
import type { SocketProtocol } from './socket-protocol.ts'
import { type SessionPorts, SocketSession } from './socket-session.ts'

/** What a handshake says about who comes: a token, not checked yet, or nothing. */
export type UpgradeAuth = { readonly kind: 'token'; readonly accessToken: string } | { readonly kind: 'none' }

export interface CanonicalPorts extends Omit<SessionPorts, 'decode'> {
  /** Throws an AppError, `origin_refused` above all, for a handshake that must not become a socket. */
  readonly authenticateUpgrade: (request: IncomingMessage) => UpgradeAuth | Promise<UpgradeAuth>
}

export function canonicalProtocol(ports: CanonicalPorts): SocketProtocol {
  const sessionPorts: SessionPorts = { ...ports, decode: createFrameDecoder() }
  return {
    accepts: (path) => path === socketPath || path === `${socketPath}/`,
    async prepare(request) {
      const auth = await ports.authenticateUpgrade(request)
      const token = auth.kind === 'token' ? auth.accessToken : null
      return {
        codec: canonicalCodec,
        begin: (connection, intake, visitor) =>
          new SocketSession(sessionPorts, connection, intake, { token, payer: visitor }),
      }
    },
  }
}
