// Opens the plan's sockets and logs them in, a few at a time.
import type { ChatPosition, Codec, Login } from './codec.ts'
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
  const chatIds: string[][] = plan.sockets.map(() => [])
  for (const chat of plan.chats) for (const socket of chat.sockets) chatIds[socket]?.push(chat.id)
  const connected: ConnectedSocket[] = []
  let next = 0
  const connectSome = async (): Promise<void> => {
    while (next < plan.sockets.length) {
      const number = next++
      const token = plan.sockets[number]?.token ?? ''
      const login = codec.login(token, chatIds[number] ?? [])
      connected[number] = await logIn(number, login, { plan, codec, mask, readBuffer, handlers })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, connectSome))
  return connected
}

interface LoginPorts {
  readonly plan: LoadPlan
  readonly codec: Codec
  readonly mask: Buffer
  readonly readBuffer: Buffer
  readonly handlers: SocketHandlers
}

async function logIn(
  number: number,
  login: Login,
  { plan, codec, mask, readBuffer, handlers }: LoginPorts,
): Promise<ConnectedSocket> {
  const done = Promise.withResolvers<readonly ChatPosition[]>()
  let isReady = false
  const socket = await openLoadSocket({
    host: plan.host,
    port: plan.port,
    path: plan.sockets[number]?.path ?? codec.path,
    subprotocol: codec.subprotocol,
    readBuffer,
    mask,
    onChunk: handlers.chunk,
    onFrame(_, bytes, start, end) {
      if (isReady) return handlers.frame(number, bytes, start, end)
      const positions = login.hear(bytes.toString('utf8', start, end), (frame) => socket.sendText(frame))
      if (positions === null) return
      isReady = true
      done.resolve(positions)
    },
    onEnd: (reason) => (isReady ? handlers.ended(reason) : done.reject(new Error(reason))),
  })
  if (login.opening !== null) socket.sendText(login.opening)
  if (login.atOnce !== undefined) {
    isReady = true
    done.resolve(login.atOnce)
  }
  const timer = setTimeout(() => done.reject(new Error('The server did not answer a login')), loginTimeoutMs)
  try {
    return { socket, positions: await done.promise }
  } finally {
    clearTimeout(timer)
  }
}
