// A socket of a dialect that keeps everything it was ever told, and knows when nothing more can come.
import { type ClientOptions, WebSocket } from 'ws'
import type { Dialect } from '../../../packages/server/src/dialects/kit/dialect.ts'
import type { DialectSocket } from '../../../packages/server/src/dialects/kit/socket.ts'
import type { FrameFields, Parameters } from './dialect-case.ts'

/** How long anything awaited may take. */
const patienceMs = 10_000
/** No JSON: answered with a fault that no other frame can get, after all that came before it. */
const probe = 'a probe'

/** What faults look like around their words. */
interface FaultShape {
  readonly before: string
  readonly after: string
}

export interface Address {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly dialect: Dialect
  readonly socket: DialectSocket
  readonly params: Parameters
}

export class DialectListener {
  readonly socket: WebSocket
  readonly texts: string[] = []
  /** The closing code once there is one. */
  ending: number | null = null
  /** With the code; for a handshake that was refused with the status of HTTP. */
  readonly closed: Promise<number>
  readonly #shape: FaultShape
  #waiting: (() => void)[] = []
  #probeFault: string | null = null
  #told = 0

  /** `token` goes into the query; `options` may hold others. */
  constructor(address: Address, token: string | null, options: ClientOptions = {}) {
    this.#shape = shapeOf(address.socket)
    this.socket = new WebSocket(urlOf(address, token), options)
    this.socket.on('error', () => {})
    let refusal: number | null = null
    this.socket.on('unexpected-response', (_, { statusCode = 0 }) => {
      refusal = statusCode
      this.socket.terminate()
    })
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code) => {
        this.ending = refusal ?? code
        resolve(this.ending)
        this.#wake()
      })
    })
    this.socket.on('open', () => this.#wake())
    this.socket.on('message', (data) => {
      this.texts.push(data.toString())
      this.#wake()
    })
  }

  /** Whether it was let in: `in`, or what it was closed with. */
  async door(): Promise<'in' | number> {
    await this.#until('an open socket', () => this.socket.readyState === WebSocket.OPEN)
    if (this.ending !== null) return this.ending
    this.socket.send(probe)
    await this.#until('a fault', () => this.texts.some((text) => this.isFault(text)))
    if (this.ending !== null) return this.ending
    this.#probeFault = this.texts.find((text) => this.isFault(text)) ?? null
    this.#told = this.texts.length
    return 'in'
  }

  /** Opens it. Throws for whoever is not let in. */
  static async enter(address: Address, token: string, options: ClientOptions = {}): Promise<DialectListener> {
    const listener = new DialectListener(address, token, options)
    const door = await listener.door()
    if (door !== 'in') throw new Error(`not let in: ${door}`)
    return listener
  }

  send(frame: FrameFields): void {
    this.socket.send(JSON.stringify(frame))
  }

  /** What it was told since it was last asked, once all that was sent is answered, or the socket is closed. */
  async heard(): Promise<string[]> {
    const before = this.#probes()
    if (this.ending === null) this.socket.send(probe)
    await this.#until('a fault', () => this.#probes() > before)
    const news = this.texts.slice(this.#told).filter((text) => text !== this.#probeFault)
    this.#told = this.texts.length
    return news
  }

  /** Resolves when it was told so much since it was last asked, or is closed. */
  async hears(count: number): Promise<void> {
    await this.#until(`${count} frames`, () => this.texts.length >= this.#told + count)
  }

  /** Sends the texts, each of which must be answered with a fault, and gives the faults in their order. */
  async faultsOf(texts: readonly string[]): Promise<string[]> {
    const faults = () => this.texts.filter((text) => this.isFault(text))
    const before = faults().length
    for (const text of texts) this.socket.send(text)
    await this.#until(`${texts.length} faults`, () => faults().length >= before + texts.length)
    if (this.ending !== null) throw new Error(`closed with ${this.ending}`)
    return faults().slice(before)
  }

  isFault(text: string): boolean {
    const { before, after } = this.#shape
    return text.startsWith(before) && text.endsWith(after)
  }

  leave(): void {
    this.socket.terminate()
  }

  #probes(): number {
    return this.texts.filter((text) => text === this.#probeFault).length
  }

  async #until(what: string, holds: () => boolean): Promise<void> {
    const impatience = AbortSignal.timeout(patienceMs)
    const late = new Promise<void>((resolve) =>
      impatience.addEventListener('abort', () => resolve(), { once: true }),
    )
    while (!holds() && this.ending === null) {
      if (impatience.aborted) throw new Error(`waited for ${what}, heard ${this.texts.slice(-5).join('\n')}`)
      await Promise.race([new Promise<void>((resolve) => this.#waiting.push(resolve)), late])
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}

function urlOf({ url, dialect, socket, params }: Address, token: string | null): string {
  const path = socket.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ''))
  const search = token === null ? '' : `?${new URLSearchParams({ token })}`
  return `${url.replace('http', 'ws')}/compat/${dialect.name}${path}${search}`
}

function shapeOf({ fault }: DialectSocket): FaultShape {
  const [before = '', after = ''] = JSON.stringify(fault('⁂')).split('⁂')
  return { before, after }
}
