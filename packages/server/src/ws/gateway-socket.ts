// A WebSocket of the ws library that ends with the close codes of this protocol, also when the library itself finds the fault, and
// that tells one object what happens to it: listeners of its own would take a quarter of what an idle socket holds.
import { type RawData, WebSocket } from 'ws'
import type { ClosingCode } from '../realtime/connection.ts'

/** Whom a socket tells what happens to it. */
export interface SocketOwner {
  onMessage(data: RawData, isBinary: boolean): void
  /** The library has answered it. */
  onPing(): void
  onPong(): void
  onError(error: Error): void
  /** Expected to call `close` with a code and a reason for this fault in the peer's frames. */
  onFault(code: ClosingCode): void
  /** Right before a close frame is written: no frame may follow it. */
  onClosing(): void
  onClose(code: number): void
}

/** What the library closes with (RFC 6455 §7.4.1) → what that is here. */
const faults: ReadonlyMap<number, ClosingCode> = new Map([
  [1002, 'bad_frame'],
  [1007, 'bad_frame'],
  [1008, 'frame_too_large'],
  [1009, 'frame_too_large'],
])

export class GatewaySocket extends WebSocket {
  private owner: SocketOwner | null = null

  /** To be called once. */
  belongTo(owner: SocketOwner): void {
    this.owner = owner
    this.on('message', tellMessage)
    this.on('ping', tellPing)
    this.on('pong', tellPong)
    this.on('error', tellError)
    this.on('close', tellClose)
  }

  /** Null for a socket of another kind. */
  static ownerOf(socket: WebSocket): SocketOwner | null {
    return socket instanceof GatewaySocket ? socket.owner : null
  }

  /** The library passes a code without a reason only for a fault; it echoes the peer's close with both or neither. */
  override close(code?: number, reason?: string | Buffer): void {
    const fault = code === undefined || reason !== undefined ? undefined : faults.get(code)
    if (fault !== undefined && this.owner !== null && this.readyState === WebSocket.OPEN) {
      this.owner.onFault(fault)
      return
    }
    this.owner?.onClosing()
    super.close(code, reason)
  }
}

function tellMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  GatewaySocket.ownerOf(this)?.onMessage(data, isBinary)
}
function tellPing(this: WebSocket): void {
  GatewaySocket.ownerOf(this)?.onPing()
}
function tellPong(this: WebSocket): void {
  GatewaySocket.ownerOf(this)?.onPong()
}
function tellError(this: WebSocket, error: Error): void {
  GatewaySocket.ownerOf(this)?.onError(error)
}
function tellClose(this: WebSocket, code: number): void {
  GatewaySocket.ownerOf(this)?.onClose(code)
}
