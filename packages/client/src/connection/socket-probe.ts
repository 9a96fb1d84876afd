// Finds out, while the client polls, whether a socket gets through by now.
import type { Clock, SocketClass } from '../types.ts'

/** The first look comes after this, in milliseconds; each further one after twice the time, up to the last. */
const firstAfter = 10_000
const atMost = 300_000
/** A socket that does not open in this time, in milliseconds, does not get through. */
const patience = 15_000

export interface ProbePorts {
  readonly clock: Clock
  readonly url: string
  readonly onOpen: () => void
}

export class SocketProbe {
  readonly #ports: ProbePorts
  #delay = firstAfter
  #timer: unknown
  #end: () => void = () => undefined

  constructor(ports: ProbePorts) {
    this.#ports = ports
  }

  /** A socket was greeted: the next time begins anew. */
  reset(): void {
    this.#delay = firstAfter
  }

  start(webSocket: SocketClass): void {
    this.stop()
    this.#timer = this.#ports.clock.setTimeout(() => this.#look(webSocket), this.#delay)
    this.#delay = Math.min(atMost, this.#delay * 2)
  }

  stop(): void {
    this.#ports.clock.clearTimeout(this.#timer)
    this.#end()
    this.#end = () => undefined
  }

  #look(webSocket: SocketClass): void {
    let isOver = false
    const socket = new webSocket(this.#ports.url)
    const end = (next: () => void) => {
      if (isOver) return
      isOver = true
      this.#ports.clock.clearTimeout(this.#timer)
      socket.close(1000)
      next()
    }
    this.#end = () => end(() => undefined)
    this.#timer = this.#ports.clock.setTimeout(() => end(() => this.start(webSocket)), patience)
    socket.addEventListener('open', () => end(this.#ports.onOpen))
    socket.addEventListener('close', () => end(() => this.start(webSocket)))
    socket.addEventListener('error', () => undefined)
  }
}
