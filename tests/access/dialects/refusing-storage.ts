// A database that answers so many commits and refuses whatever it is asked afterwards, in the place of the server's own. R6 is about such a
// moment; tests/faults/lost-commits makes it on the wire, for the commands of the core.
import { AppError } from '../../../packages/server/src/core/errors.ts'
import type { Storage } from '../../../packages/server/src/core/ports.ts'

/** Calls of the stores that commit by themselves what somebody asked for. */
const committing: ReadonlySet<string> = new Set(['messages.post', 'reads.advance'])

type AnyCall = (...given: unknown[]) => Promise<unknown>

export class RefusingStorage {
  /** Commits until everything is refused; null while nothing will be. */
  #left: number | null = null

  constructor(storage: Storage) {
    const { transaction } = storage
    for (const [name, store] of Object.entries(storage.stores)) {
      for (const [call, work] of Object.entries<AnyCall>(store)) {
        const commits = committing.has(`${name}.${call}`)
        Object.assign(store, { [call]: (...given: unknown[]) => this.#ask(() => work(...given), commits) })
      }
    }
    Object.assign(storage, {
      transaction: (work: Parameters<typeof transaction>[0]) => this.#ask(() => transaction(work), true),
    })
  }

  /** So many commits are answered, and nothing after them. */
  refuseAfter(commits: number): void {
    this.#left = commits
  }

  /** From now on everything is answered. Says whether there were so many commits. */
  letBe(): boolean {
    const committed = this.#left === 0
    this.#left = null
    return committed
  }

  async #ask<T>(work: () => Promise<T>, commits: boolean): Promise<T> {
    if (this.#left === 0) throw new AppError('unavailable', { retryAfter: 1 })
    const answer = await work()
    if (commits && this.#left !== null && this.#left > 0) this.#left -= 1
    return answer
  }
}
