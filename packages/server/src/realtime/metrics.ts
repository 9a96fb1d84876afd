// What the sockets tell whoever counts. Every part is called often; none may throw.
import type { ClientFrameType } from '@parley/protocol'

export interface RealtimeMetrics {
  socketOpened(): void
  /** With the close code that ended it; 1006 when there was none. */
  socketClosed(code: number): void
  /** `invalid` for what is no frame of the protocol. */
  frameReceived(type: ClientFrameType | 'invalid'): void
  /** Sockets that one event was queued for. */
  delivered(count: number): void
  /** A socket was ended because it did not take its bytes. */
  slowConsumer(): void
}
