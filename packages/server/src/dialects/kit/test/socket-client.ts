// A WebSocket client that remembers what it was told.
import { type ClientOptions, WebSocket } from 'ws'

export type Frame = Record<string, unknown>

export class SocketClient {
  readonly frames: Frame[] = []
  /** Resolves with the close code. */
  readonly closed: Promise<number>
  readonly opened: Promise<void>
  private readonly socket: WebSocket
  private readonly waiting = new Set<() => void>()

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url.replace(/^http/, 'ws'), options)
    this.socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)))
      for (const look of [...this.waiting]) look()
    })
    this.opened = new Promise((resolve, reject) => {
      this.socket.on('open', resolve)
      this.socket.on('error', reject)
    })
    // Whoever waits for the end does not care how it began.
    this.opened.catch(() => {})
    this.closed = new Promise((resolve) => this.socket.on('close', resolve))
  }

  /** An object as JSON, a text or bytes as they are. */
  async send(frame: object | string | Buffer): Promise<void> {
    await this.opened
    const isRaw = typeof frame === 'string' || Buffer.isBuffer(frame)
    this.socket.send(isRaw ? frame : JSON.stringify(frame))
  }

  /** The first frame from `since` on that has these fields, waited for. */
  next(fields: Frame, since = 0): Promise<Frame> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.waiting.delete(look)
        reject(new Error(`No frame like ${JSON.stringify(fields)} among ${JSON.stringify(this.frames)}`))
      }, 10_000)
      const look = () => {
        const frame = this.frames.slice(since).find((candidate) => hasFields(candidate, fields))
        if (frame === undefined) return
        clearTimeout(late)
        this.waiting.delete(look)
        resolve(frame)
      }
      this.waiting.add(look)
      look()
    })
  }

  /** Closes, and resolves when the server has agreed. */
  async close(): Promise<void> {
    this.socket.close()
    await this.closed
  }
}

const hasFields = (value: unknown, wanted: unknown): boolean => {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(wanted).every(([key, part]) => hasFields((value as Frame)[key], part))
}
