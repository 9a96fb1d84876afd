// Which way the next connection goes: over a socket, or, where sockets do not get through although HTTP does, by polling.

export type Way = 'socket' | 'polling'

/** Sockets that fail in a row before polling is tried. */
const failuresMax = 2

export class Ways {
  #failures = 0

  get next(): Way {
    return this.#failures >= failuresMax ? 'polling' : 'socket'
  }

  /** `isSilent`: nothing came at all, for long. A server that closes with a code of its own was reached. */
  failed(way: Way, code: number, isSilent: boolean): void {
    // Without HTTP there is no network, which says nothing of sockets.
    if (way === 'polling') this.#failures = 0
    else if (code < 4000) this.#failures += isSilent ? failuresMax : 1
    else this.#failures = 0
  }

  greeted(way: Way): void {
    if (way === 'socket') this.#failures = 0
  }

  /** A socket could be opened while polling: it is tried once. */
  opened(): void {
    this.#failures = failuresMax - 1
  }
}
