// What the frames of some paths mean, as the gateway sees it: who may shake hands, and what each socket then is.
import type { IncomingMessage } from 'node:http'
import type { Id, ServerEvent } from '@parley/protocol'
import type { Payer } from '../core/payers.ts'
import type { Connection } from '../realtime/connection.ts'
import type { FrameCodec } from '../realtime/frame-codec.ts'

/** The reading half of a socket. */
export interface Intake {
  pause(): void
  resume(): void
}

/** One socket as its protocol sees it. */
export interface Session {
  /** Nothing leaves before it resolves or the socket is closed, not even the end of the handshake. Does not reject. */
  readonly opened?: Promise<void>
  /** Whether the socket is not being read, so that its silence is our doing. */
  readonly paused: boolean
  /** A whole message came. `data` is valid UTF-8 unless binary. */
  receive(data: Buffer, isBinary: boolean): void
  /** A ping of the protocol below came; the library has answered it. */
  receivePing(): void
  /** The connection is closed: nothing more is begun. */
  stop(): void
  /** The person was taken out of the chat, or it was deleted. */
  left?(chatId: Id): void
}

/** How a handshake that was let in goes on. */
export interface SocketPlan {
  readonly codec: FrameCodec
  /** See ConnectionParts. */
  readonly hears?: (event: ServerEvent) => boolean
  /** The protocol's word for a close code of the table of errors. */
  readonly closeCode?: (code: number) => number
  /** `visitor` pays until it is known who it is. */
  begin(connection: Connection, intake: Intake, visitor: Payer): Session
}

/** What the frames of some paths mean. */
export interface SocketProtocol {
  /** `path` is without the query. */
  accepts(path: string): boolean
  /** Throws an AppError, `origin_refused` above all, for a handshake that must not become a socket. */
  prepare(request: IncomingMessage): SocketPlan | Promise<SocketPlan>
}
