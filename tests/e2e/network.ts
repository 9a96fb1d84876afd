// The way between a browser and the server, which can be cut. A browser's own "offline" leaves open sockets alone.
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** What is cut off. `api`: requests and sockets of the API, while the app's own files still come. */
export type Cut = 'nothing' | 'api' | 'everything'

export class Network {
  readonly #target: URL
  readonly #server: Server
  readonly #agent = new Agent()
  readonly #sockets = new Set<Socket>()
  #cut: Cut = 'nothing'

  private constructor(target: URL) {
    this.#target = target
    this.#server = createServer((incoming, answer) => this.#forward(incoming, answer))
    this.#server.on('upgrade', (incoming, socket, head) => this.#upgrade(incoming, socket, head))
    this.#server.on('connection', (socket) => {
      if (this.#cut === 'everything') return void socket.resetAndDestroy()
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => socket.destroy())
    })
  }

  /** A way to the server at `url`. */
  static async to(url: string): Promise<Network> {
    const network = new Network(new URL(url))
    await new Promise<void>((resolve) => network.#server.listen(0, '127.0.0.1', resolve))
    return network
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Takes effect at once: what is open breaks off, and what is tried later is refused. */
  cut(cut: Cut): void {
    this.#cut = cut
    if (cut !== 'nothing') for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async close(): Promise<void> {
    this.cut('everything')
    this.#agent.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #isCut(incoming: IncomingMessage): boolean {
    return this.#cut === 'everything' || (this.#cut === 'api' && incoming.url?.startsWith('/api') === true)
  }

  #forward(incoming: IncomingMessage, answer: ServerResponse): void {
    if (this.#isCut(incoming)) return void incoming.socket.resetAndDestroy()
    const { method, url, headers, rawHeaders } = incoming
    const { hostname, port } = this.#target
    const outgoing = request(
      { agent: this.#agent, hostname, port, method, path: url, headers: rawHeaders, setHost: !headers.host },
      (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.rawHeaders)
        reply.pipe(answer)
      },
    )
    outgoing.on('error', () => incoming.socket.destroy())
    answer.on('close', () => outgoing.destroy())
    incoming.pipe(outgoing)
  }

  #upgrade(incoming: IncomingMessage, near: Duplex, head: Buffer): void {
    if (this.#isCut(incoming)) return void near.destroy()
    const far = connect(Number(this.#target.port), this.#target.hostname, () => {
      far.write(requestHead(incoming))
      far.write(head)
      near.pipe(far)
      far.pipe(near)
    })
    near.on('close', () => far.destroy())
    near.on('error', () => far.destroy())
    far.on('close', () => near.destroy())
    far.on('error', () => near.destroy())
  }
}

/** The request as it came. */
function requestHead({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`]
  for (let index = 0; index < rawHeaders.length; index += 2)
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}
