// The rest of a body whose request was answered before its end.
import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** What passes at most after the answer, in bytes. */
export const discardedBytes = 64 * 1024 * 1024

/**
 * Lets the rest pass unread. Most programs listen for the answer only when they have sent all they have: if the connection ended
 * before, they would see it break and never hear why. Whoever sends more than `discardedBytes` is cut off, and whoever takes
 * his time by the server's time for a request. Gives the sockets on which that goes on: nothing more is to be said there.
 */
export function discardUnreadBodies(
  server: FastifyInstance,
  bytes: number = discardedBytes,
): { readonly answered: WeakSet<Socket> } {
  const answered = new WeakSet<Socket>()
  server.addHook('onSend', async (request) => {
    const { raw } = request
    // A request that was put in by hand has no connection.
    if (raw.complete || raw.destroyed || !announcesBody(request) || !(raw.socket instanceof Socket)) return
    let left = bytes
    answered.add(raw.socket)
    raw.once('end', () => answered.delete(raw.socket))
    raw.unpipe()
    raw.on('data', (chunk: Uint8Array) => {
      left -= chunk.byteLength
      if (left < 0) raw.socket.destroy()
    })
    raw.resume()
    closeAfter(raw)
  })
  return { answered }
}

/**
 * Where the client wants no more after this answer, Node ends the connection with it. What still came then would make the system
 * reset the connection, and an answer that lies there unread is lost with it: so only this side is ended until all has come.
 */
function closeAfter(request: IncomingMessage): void {
  const { socket } = request
  const destroySoon = socket.destroySoon.bind(socket)
  const stopWaiting = (): void => {
    socket.destroySoon = destroySoon
  }
  socket.destroySoon = () => {
    stopWaiting()
    socket.end()
    request.once('end', destroySoon)
  }
  request.once('end', stopWaiting)
}

const announcesBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
