// Sockets that are logged in and then do nothing but answer the server's pings.
import { openParleySocket } from '../load/parley-socket.ts'
import type { LoadSocket } from '../load/socket.ts'

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

export function createHolder({ host, port, tokens }: HolderPlan): Holder {
  const readBuffer = Buffer.alloc(256 * 1024)
  const sockets: LoadSocket[] = []
  const reasons: string[] = []
  let next = 0

  const openOne = async (): Promise<void> => {
    const token = tokens[next++] ?? ''
    const onEnd = (reason: string): void => void reasons.push(reason)
    sockets.push(await openParleySocket({ host, port, token, versions: {}, readBuffer, onFrame() {}, onEnd }))
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
