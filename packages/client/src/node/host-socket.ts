// The WebSocket of Node: the global one from Node 22 on, else that of the package `ws`, which is loaded only then.
import type { SocketClass } from '../types.ts'

export const hostSocket = async (): Promise<SocketClass | undefined> =>
  globalThis.WebSocket ?? (await import('ws')).WebSocket
