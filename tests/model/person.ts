// One person of a model run: an SDK client whose line can be cut and mended.
import { Parley, type ParleyClient } from '@parley/client'
import { type Timeline, until } from './until.ts'

/** The line between one client and the server: cutting it kills the sockets and refuses new ones. */
class Line {
  #cut = false
  readonly #sockets = new Set<WebSocket>()

  readonly webSocket: typeof WebSocket
  readonly fetch: typeof fetch

  constructor() {
    const line = this
    this.webSocket = class extends WebSocket {
      constructor(url: string | URL) {
        // A port on which nothing listens: the attempt fails as it does without a network.
        super(line.#cut ? 'ws://127.0.0.1:9' : url)
        line.#sockets.add(this)
        this.addEventListener('close', () => line.#sockets.delete(this))
      }
    }
    this.fetch = (input, init) =>
      line.#cut ? Promise.reject(new TypeError('fetch failed')) : fetch(input, init)
  }

  get isCut(): boolean {
    return this.#cut
  }

  cut(): void {
    this.#cut = true
    for (const socket of this.#sockets) socket.close()
  }

  mend(): void {
    this.#cut = false
  }
}

export interface Person {
  readonly id: string
  readonly client: ParleyClient
  readonly line: Line
  /** Sends made while the line was cut, in order. */
  readonly pending: {
    readonly chatId: string
    readonly id: string
    readonly text: string
    done: Promise<string>
  }[]
}

/** Makes an account and connects. */
export async function arrive(url: string, username: string): Promise<Person> {
  const line = new Line()
  const client = await Parley.register(
    { url, webSocket: line.webSocket, fetch: line.fetch },
    { username, password: 'correct horse battery' },
  )
  if (client.me === undefined) throw new Error('connected without an account')
  return { id: client.me.id, client, line, pending: [] }
}

/** Goes offline and is known to be. */
export async function goOffline(person: Person): Promise<void> {
  person.line.cut()
  await until('offline', () => person.client.connectionState().status !== 'ready')
}

/** Comes back and has everything. */
export async function comeBack(person: Person): Promise<void> {
  person.line.mend()
  person.client.reconnect()
  await person.client.ready()
}

/** The messages that the server acknowledged, as the client shows them. */
export const sentMessages = (timeline: Timeline) =>
  timeline.items.flatMap((item) => (item.state === 'sent' ? [item.message] : []))
