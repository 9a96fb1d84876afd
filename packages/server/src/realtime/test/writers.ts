// Writers of a number of fake sockets, for the tests of how sockets are written to.
import { GatheredWrites, type PaceRules } from '../gathered-writes.ts'
import { DirectWrites, type SocketWriter, type WriteBounds, type Writes } from '../writes.ts'
import { FakeSocket } from './fakes.ts'

export const smallBounds: WriteBounds = { socketBytes: 1_000, totalBytes: 5_000, eagerBytes: 400 }

/** Every implementation, by what it is called. */
export const implementations: Readonly<Record<'direct' | 'gathered', (bounds: WriteBounds) => Writes>> = {
  direct: (bounds) => new DirectWrites(bounds),
  gathered: (bounds) => new GatheredWrites({ bounds, now: () => performance.now() }),
}

export const gatheredWith = (pace: PaceRules, now = (): number => 0): GatheredWrites =>
  new GatheredWrites({ bounds: smallBounds, pace, now })

/** `room` is what each socket takes. A socket that overflows is dropped, as its connection would. */
export function startWriters(writes: Writes, count: number, room?: number) {
  const overflown: number[] = []
  const sockets = Array.from({ length: count }, () => new FakeSocket(room))
  const writers = sockets.map(
    (socket, index): SocketWriter =>
      writes.open(socket, () => {
        overflown.push(index)
        writers[index]?.drop()
      }),
  )
  const [socket] = sockets
  const [writer] = writers
  if (socket === undefined || writer === undefined) throw new Error('at least one socket')
  return { sockets, writers, overflown, socket, writer }
}
