// A WebSocket of the ws library that ends with the close codes of this protocol, also when the library itself finds the fault.
import { WebSocket } from 'ws'
import type { ClosingCode } from '../realtime/connection.ts'

/** What the library closes with (RFC 6455 §7.4.1) → what that is here. */
const faults: ReadonlyMap<number, ClosingCode> = new Map([
  [1002, 'bad_frame'],
  [1007, 'bad_frame'],
  [1008, 'frame_too_large'],
  [1009, 'frame_too_large'],
])

export class GatewaySocket extends WebSocket {
  /** Told of a fault in the peer's frames; expected to call `close` with a code and a reason. */
  onFault: ((code: ClosingCode) => void) | null = null
  /** Told right before a close frame is written: no frame may follow it. */
  onClosing: (() => void) | null = null

  /** The library passes a code without a reason only for a fault; it echoes the peer's close with both or neither. */
  override close(code?: number, reason?: string | Buffer): void {
    const fault = code === undefined || reason !== undefined ? undefined : faults.get(code)
    if (fault !== undefined && this.onFault !== null && this.readyState === WebSocket.OPEN) {
      this.onFault(fault)
      return
    }
    this.onClosing?.()
    super.close(code, reason)
  }
}
