// Has the browser keep the app, and tells when a newer version of it is there. Nothing is reloaded unless somebody asks for it.
import type { Workbox } from 'workbox-window'

/** `waiting`: it takes over when asked. `elsewhere`: another tab had it take over, and this one still is of the version before. */
export type Update = 'none' | 'waiting' | 'elsewhere'

/** Milliseconds between two questions whether there is a newer version. */
const askEvery = 60_000
/** And for who never loses the connection. */
const askAnyway = 60 * 60_000

type Worker = Pick<Workbox, 'addEventListener' | 'messageSkipWaiting' | 'register' | 'update'>

export class AppUpdates {
  readonly #listeners = new Set<() => void>()
  readonly #worker: Promise<Worker | undefined>
  readonly #reload: () => void
  readonly #now: () => number
  #state: Update = 'none'
  #wanted = false
  #asked = Number.NEGATIVE_INFINITY

  /** `worker`: undefined where the browser or the address has none (plain HTTP, private windows). `reload` is called once. */
  constructor(worker: Promise<Worker | undefined>, reload: () => void, now: () => number = Date.now) {
    this.#reload = reload
    this.#now = now
    this.#worker = worker.then((found) => this.#watch(found))
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly state = (): Update => this.#state

  /** Asks the server for a newer version, when that was not done a moment ago. Call it whenever the server is there again. */
  async ask(): Promise<void> {
    const worker = await this.#worker
    const now = this.#now()
    if (Math.abs(now - this.#asked) < askEvery) return
    this.#asked = now
    // Without a network there is none.
    await worker?.update().catch(() => undefined)
  }

  /** Asks every hour. Returns the end of it. */
  keepAsking(): () => void {
    const timer = setInterval(() => void this.ask(), askAnyway)
    return () => clearInterval(timer)
  }

  /** The person wants the new version: this tab is loaded again with it, and no other. */
  async take(): Promise<void> {
    if (this.#state === 'elsewhere') {
      this.#reload()
      return
    }
    this.#wanted = true
    ;(await this.#worker)?.messageSkipWaiting()
  }

  async #watch(worker: Worker | undefined): Promise<Worker | undefined> {
    if (worker === undefined) return undefined
    worker.addEventListener('waiting', () => this.#set('waiting'))
    worker.addEventListener('controlling', ({ isUpdate }) => {
      if (this.#wanted) this.#reload()
      else if (isUpdate === true) this.#set('elsewhere')
    })
    // Registering asks, too.
    this.#asked = this.#now()
    // Refused: storage is denied, or this address has no worker. Then the app is loaded from the server each time.
    const isKept = await worker.register().then(
      (registration) => registration !== undefined,
      () => false,
    )
    return isKept ? worker : undefined
  }

  #set(state: Update): void {
    this.#state = state
    for (const listener of [...this.#listeners]) listener()
  }
}
