// Sockets that are logged in and then do nothing but answer the server's pings.
import { createCodec } from '../load/codecs.ts'
import { type LoadSocket, openLoadSocket } from '../load/socket.ts'

export interface HolderPlan {
  readonly host: string
  readonly port: number
  /** One socket each; a token may come again. */
  readonly tokens: readonly string[]
}

export interface Holder {
  /** Resolves when that many more sockets are live; rejects if one fails or ended in the meantime. */
  open(count: number): Promise<void>
  /** Sockets that ended by themselves, with the reason of the first. */
  ended(): { readonly count: number; readonly reason: string | null }
}

const atOnce = 32
const mask = Buffer.from([0x9d, 0x31, 0xe4, 0x5a])

export function createHolder({ host, port, tokens }: HolderPlan): Holder {
  const codec = createCodec('parley')
  const readBuffer = Buffer.alloc(256 * 1024)
  const sockets: LoadSocket[] = []
  const reasons: string[] = []
  let next = 0

  const openOne = async (): Promise<void> => {
    const login = codec.login(tokens[next++] ?? '', [])
    const ready = Promise.withResolvers<void>()
    let isLive = false
    const socket = await openLoadSocket({
      host,
      port,
      path: codec.path,
      subprotocol: codec.subprotocol,
      readBuffer,
      mask,
      onChunk() {},
      onFrame(_, bytes, start, end) {
        if (
          isLive ||
          login.hear(bytes.toString('utf8', start, end), (frame) => socket.sendText(frame)) === null
        )
          return
        isLive = true
        ready.resolve()
      },
      onEnd: (reason) => (isLive ? reasons.push(reason) : ready.reject(new Error(reason))),
    })
    sockets.push(socket)
    if (login.opening !== null) socket.sendText(login.opening)
    await ready.promise
  }

  return {
    async open(count) {
      const last = Math.min(tokens.length, next + count)
      const openSome = async (): Promise<void> => {
        while (next < last) await openOne()
      }
      await Promise.all(Array.from({ length: atOnce }, openSome))
    },
    ended: () => ({ count: reasons.length, reason: reasons[0] ?? null }),
  }
}
