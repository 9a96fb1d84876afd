// A socket that keeps everything it was ever told, so that silence can be asserted too.
import { type ServerFrame, socketPath } from '@parley/protocol'
import { type ClientOptions, WebSocket } from 'ws'

export type Heard = ServerFrame & { readonly ref?: number }

export interface Ending {
  readonly code: number
  readonly reason: string
}

/** How long anything awaited may take. */
const patienceMs = 10_000

export class Listener {
  readonly socket: WebSocket
  readonly heard: Heard[] = []
  /** Everything as it came. */
  readonly texts: string[] = []
  readonly opened: Promise<void>
  readonly closed: Promise<Ending>
  ending: Ending | null = null
  #waiting: (() => void)[] = []
  /** Above the numbers that tests choose themselves. */
  #refs = 1_000_000

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}${socketPath}`, options)
    this.socket.on('error', () => {})
    this.opened = new Promise((resolve) => this.socket.once('open', () => resolve()))
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => {
        this.ending = { code, reason: reason.toString() }
        resolve(this.ending)
        this.#wake()
      })
    })
    this.socket.on('message', (data) => {
      const text = data.toString()
      this.texts.push(text)
      this.heard.push(JSON.parse(text))
      this.#wake()
    })
  }

  /** A socket that has said hello and was told the state of things. */
  static async enter(url: string, token: string): Promise<Listener> {
    const listener = new Listener(url)
    await listener.opened
    const answer = await listener.ask({ type: 'hello', token })
    if (answer.type !== 'ready') throw new Error(`not let in: ${JSON.stringify(answer)}`)
    return listener
  }

  send(frame: object): void {
    this.socket.send(JSON.stringify(frame))
  }

  /** Sends the frame under a number of its own and gives the frame that answers it. */
  async ask(frame: object): Promise<Heard> {
    this.#refs += 1
    const ref = this.#refs
    this.send({ ...frame, ref })
    return this.until(`an answer to ${JSON.stringify(frame)}`, (candidate) => candidate.ref === ref)
  }

  /** The first frame that fits, heard already or to come. Rejects when the socket closes without it. */
  async until(what: string, fits: (frame: Heard) => boolean): Promise<Heard> {
    const impatience = AbortSignal.timeout(patienceMs)
    for (;;) {
      const found = this.heard.find(fits)
      if (found !== undefined) return found
      if (this.ending !== null) throw new Error(`closed with ${this.ending.code} before ${what}`)
      if (impatience.aborted) throw new Error(`waited for ${what}, heard ${this.texts.slice(-5).join('\n')}`)
      await Promise.race([
        new Promise<void>((resolve) => this.#waiting.push(resolve)),
        new Promise<void>((resolve) => impatience.addEventListener('abort', () => resolve(), { once: true })),
      ])
    }
  }

  leave(): void {
    this.socket.terminate()
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
