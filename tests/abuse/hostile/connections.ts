// Hostile sorts that take connections, and do nothing with them.
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { crowd, type Sort, type Stage } from './crowd.ts'

/** So many connections, each opened again when it is cut. `say` is written first. */
const hold =
  (count: number, say: (stage: Stage) => string): Sort =>
  (stage) =>
    crowd(count, stage.signal, async () => {
      const { hostname, port } = new URL(stage.visitor.url)
      const socket = connect({ host: hostname, port: Number(port), localAddress: stage.visitor.address })
      socket.resume()
      const text = say(stage)
      if (text !== '') socket.write(text)
      await closed(socket, stage.signal)
      await pause(100)
    })

async function closed(socket: Socket, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('error', () => socket.destroy())
    socket.once('close', () => resolve())
    signal.addEventListener('abort', () => socket.destroy(), { once: true })
  })
}

export const connectionSorts = {
  idle: hold(1_200, () => ''),
  /** A person's uploads of which nothing comes. */
  uploads: hold(
    1_200,
    ({ account }) =>
      `POST /api/v1/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${account.token}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 1000000\r\n\r\n`,
  ),
  /** Bodies of calls of which nothing comes, of nobody. */
  'slow-bodies': hold(
    1_200,
    () =>
      `POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{`,
  ),
  /** WebSockets that say no hello. */
  sockets: hold(
    1_200,
    () =>
      'GET /api/v1/ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  ),
} satisfies Record<string, Sort>
