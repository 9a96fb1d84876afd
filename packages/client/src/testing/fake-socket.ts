// A socket without a network: the test plays the server, down to what no server should do.
import type { ClientFrame } from '@parley/protocol'
import type { SocketClass } from '../types.ts'

export class FakeSocket extends EventTarget {
  readonly url: string
  readyState = 0
  readonly frames: ClientFrame[] = []
  closedWith: number | undefined

  constructor(url: string | URL) {
    super()
    this.url = String(url)
  }

  open(): void {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }

  /** As the server would say it; text that is no string is sent as it is. */
  say(frame: unknown): void {
    const data = typeof frame === 'string' ? frame : JSON.stringify(frame)
    this.dispatchEvent(new MessageEvent('message', { data }))
  }

  /** The other side ends it. */
  lose(code: number): void {
    this.readyState = 3
    this.dispatchEvent(Object.assign(new Event('close'), { code }))
  }

  send(text: string): void {
    this.frames.push(JSON.parse(text) as ClientFrame)
  }

  close(code: number): void {
    this.readyState = 2
    this.closedWith = code
  }
}

/** A constructor of such sockets, as a client wants it, and the sockets it made. */
export const fakeSockets = () => {
  const made: FakeSocket[] = []
  class Recorded extends FakeSocket {
    constructor(url: string | URL) {
      super(url)
      made.push(this)
    }
  }
  return { made, webSocket: Recorded as unknown as SocketClass }
}
