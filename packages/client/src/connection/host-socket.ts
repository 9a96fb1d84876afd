// The WebSocket of a host that has one. Under Node `node/host-socket.ts` stands in its place (`#host-socket` in package.json).
import type { SocketClass } from '../types.ts'

/** Rejects where there is none. */
export const hostSocket = async (): Promise<SocketClass> => {
  if (globalThis.WebSocket === undefined) {
    throw new TypeError('There is no WebSocket here: give one with the option `webSocket`')
  }
  return globalThis.WebSocket
}
