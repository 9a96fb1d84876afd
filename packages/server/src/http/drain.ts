// How the HTTP server stops: requests that are being answered are finished, everything else is closed at once.
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../core/errors.ts'

/**
 * Makes `close()` resolve as soon as the requests in hand are answered, or after `deadline` milliseconds. Node by itself would wait for
 * connections that have not sent a request yet, and browsers open such in advance. Upgraded connections are left to whoever
 * took them; `close()` waits for them too, so their owner must end them.
 */
export function drainOnClose(server: FastifyInstance, deadline: number): void {
  const connections = trackConnections(server)
  let closing = false

  server.addHook('onRequest', async () => {
    if (closing) throw new AppError('draining')
  })
  server.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close')
  })
  server.addHook('preClose', (done) => {
    closing = true
    connections.endWhenIdle()
    setTimeout(connections.destroyAll, deadline).unref()
    done()
  })
}

function trackConnections(server: FastifyInstance): { endWhenIdle(): void; destroyAll(): void } {
  const inHand = new Map<Socket, number>()
  let ending = false
  const add = (socket: Socket, count: number): void => {
    const left = (inHand.get(socket) ?? 0) + count
    if (inHand.has(socket)) inHand.set(socket, left)
    if (ending && left === 0) socket.destroySoon()
  }
  server.server.on('connection', (socket: Socket) => {
    inHand.set(socket, 0)
    socket.once('close', () => inHand.delete(socket))
  })
  server.server.on('request', (request, response) => {
    const { socket } = request
    add(socket, 1)
    response.once('close', () => add(socket, -1))
  })
  server.addHook('onListen', async () => {
    // A listener for upgrades changes what Node does with them, so only where there is one already.
    if (server.server.listenerCount('upgrade') === 0) return
    server.server.prependListener('upgrade', (_request, socket) => inHand.delete(socket as Socket))
  })
  return {
    endWhenIdle() {
      ending = true
      for (const [socket, count] of inHand) if (count === 0) socket.destroy()
    },
    destroyAll() {
      for (const socket of inHand.keys()) socket.destroy()
    },
  }
}
