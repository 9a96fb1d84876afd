// Opens the plan's sockets and logs them in, a few at a time.
import type { ChatPosition, Codec, Decoded } from './codec.ts'
import type { LoadPlan } from './plan.ts'
import { type LoadSocket, openLoadSocket } from './socket.ts'

export interface SocketHandlers {
  readonly chunk: (length: number) => void
  /** A text frame on a socket that is logged in. */
  readonly frame: (socket: number, bytes: Buffer, start: number, end: number) => void
  /** A socket that was logged in ended. */
  readonly ended: (reason: string) => void
}

export interface ConnectedSocket {
  readonly socket: LoadSocket
  /** What the server said of the chats that the socket follows. */
  readonly positions: readonly ChatPosition[]
}

const atOnce = 32
const loginTimeoutMs = 30_000
const readBufferBytes = 256 * 1024

/** Resolves when every socket is ready; rejects with the first that fails. The order is the plan's. */
export async function connectSockets(
  plan: LoadPlan,
  codec: Codec,
  mask: Buffer,
  handlers: SocketHandlers,
): Promise<ConnectedSocket[]> {
  const readBuffer = Buffer.alloc(readBufferBytes)
  const connected: ConnectedSocket[] = []
  let next = 0
  const connectSome = async (): Promise<void> => {
    while (next < plan.sockets.length) {
      const number = next++
      connected[number] = await logIn(number, plan, codec, mask, readBuffer, handlers)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, connectSome))
  return connected
}

async function logIn(
  number: number,
  plan: LoadPlan,
  codec: Codec,
  mask: Buffer,
  readBuffer: Buffer,
  handlers: SocketHandlers,
): Promise<ConnectedSocket> {
  const login = Promise.withResolvers<readonly ChatPosition[]>()
  const found: Decoded = { ref: 0, seq: 0, chatAt: 0, textAt: 0 }
  let isReady = false
  const socket = await openLoadSocket({
    host: plan.host,
    port: plan.port,
    path: codec.path,
    readBuffer,
    mask,
    onChunk: handlers.chunk,
    onFrame(_, bytes, start, end) {
      if (isReady) return handlers.frame(number, bytes, start, end)
      const kind = codec.decode(bytes, start, end, found)
      if (kind === 'error') throw new Error(`The login failed: ${bytes.toString('utf8', start, end)}`)
      if (kind !== 'ready') return
      isReady = true
      login.resolve(codec.positions(bytes.toString('utf8', start, end)))
    },
    onEnd: (reason) => (isReady ? handlers.ended(reason) : login.reject(new Error(reason))),
  })
  socket.sendText(codec.hello(plan.sockets[number]?.token ?? ''))
  const timer = setTimeout(() => login.reject(new Error('The server did not answer a login')), loginTimeoutMs)
  try {
    return { socket, positions: await login.promise }
  } finally {
    clearTimeout(timer)
  }
}
