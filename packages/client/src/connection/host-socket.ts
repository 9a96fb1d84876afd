// The WebSocket of a host that has one. Under Node `node/host-socket.ts` stands in its place (`#host-socket` in package.json).
import type { SocketClass } from '../types.ts'

/** Undefined where there is none: then the client polls. */
export const hostSocket = async (): Promise<SocketClass | undefined> => globalThis.WebSocket
