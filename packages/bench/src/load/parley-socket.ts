// A socket of a Parley client: it says hello with what the client holds, and is live with the server's answer.
import { type ClientFrame, socketPath } from '@parley/protocol'
import { type LoadSocket, openLoadSocket } from './socket.ts'

export interface ParleySocketOptions {
  readonly host: string
  readonly port: number
  readonly token: string
  /** Of each chat the version that the client holds. */
  readonly versions: Readonly<Record<string, number>>
  /** May be shared by all sockets of a process. */
  readonly readBuffer: Buffer
  /** Before any other frame. What it throws ends the socket. */
  readonly onReady?: (text: string) => void
  /** A text frame after `ready`; the payload is `bytes[start…end)` and valid during the call only. What it throws ends the socket. */
  readonly onFrame: (bytes: Buffer, start: number, end: number) => void
  /** A socket that was live ended. */
  readonly onEnd: (reason: string) => void
}

const mask = Buffer.from([0x9d, 0x31, 0xe4, 0x5a])
const readyOpening = '{"type":"ready"'

/** Resolves when the socket is live; rejects when the server refuses, or the socket ends before. */
export async function openParleySocket(options: ParleySocketOptions): Promise<LoadSocket> {
  const { host, port, token, versions, readBuffer, onReady, onFrame, onEnd } = options
  const live = Promise.withResolvers<void>()
  let isLive = false
  const socket = await openLoadSocket({
    host,
    port,
    path: socketPath,
    subprotocol: null,
    readBuffer,
    mask,
    onChunk() {},
    onFrame(_, bytes, start, end) {
      if (isLive) {
        onFrame(bytes, start, end)
        return
      }
      const text = bytes.toString('utf8', start, end)
      if (!text.startsWith(readyOpening)) throw new Error(text)
      onReady?.(text)
      isLive = true
      live.resolve()
    },
    onEnd: (reason) => (isLive ? onEnd(reason) : live.reject(new Error(reason))),
  })
  const hello: ClientFrame = { type: 'hello', ref: 0, token, chats: versions }
  socket.sendText(JSON.stringify(hello))
  await live.promise
  return socket
}
