// What the outbox asks of its store: writes of one entry happen one after another, and what the store fails to do is reported.
import { OutboxError } from '../errors.ts'
import type { Report } from '../report.ts'
import type { AccountKey, OutboxEntry, OutboxStore } from '../types.ts'

export interface EntryWritesPorts {
  readonly store: OutboxStore
  readonly report: Report
}

/** Stands for what the store did not do. */
const undone = Symbol('undone')

export class EntryWrites {
  readonly #ports: EntryWritesPorts
  /** The last write of each entry that is being written. */
  readonly #writes = new Map<string, Promise<unknown>>()

  constructor(ports: EntryWritesPorts) {
    this.#ports = ports
  }

  /** `done` is told whether the store has it. */
  keep(entry: OutboxEntry, done: (isKept: boolean) => void = () => undefined): void {
    this.#write(entry.id, async () =>
      done((await this.#try('keep', () => this.#ports.store.put(entry))) !== undone),
    )
  }

  forget(id: string): void {
    this.#write(id, () => this.#try('forget', () => this.#ports.store.delete(id)))
  }

  /** Undefined if the store cannot be read. */
  async read(account: AccountKey): Promise<OutboxEntry[] | undefined> {
    const stored = await this.#try('read', () => this.#ports.store.all(account))
    return stored === undone ? undefined : stored
  }

  isWriting(id: string): boolean {
    return this.#writes.has(id)
  }

  /** Resolves when what was asked for this entry, also meanwhile, is done or has failed. */
  async settled(id: string): Promise<void> {
    for (let write = this.#writes.get(id); write !== undefined; write = this.#writes.get(id)) await write
  }

  /** Resolves when everything that was asked by now is done or has failed. */
  async allSettled(): Promise<void> {
    await Promise.all(this.#writes.values())
  }

  #write(id: string, work: () => Promise<unknown>): void {
    const write = (this.#writes.get(id) ?? Promise.resolve()).then(work).finally(() => {
      if (this.#writes.get(id) === write) this.#writes.delete(id)
    })
    this.#writes.set(id, write)
  }

  async #try<T>(action: string, work: () => Promise<T>): Promise<T | typeof undone> {
    try {
      return await work()
    } catch (cause) {
      this.#ports.report(
        new OutboxError(`The outbox store could not ${action} what it was asked to`, { cause }),
      )
      return undone
    }
  }
}
