// The own sends that are not acknowledged: kept in the store, shown in the timelines, awaited by whoever sent them.
// Sending them is drain.ts's matter.
import type { Message } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { createDeferred, type Deferred } from '../deferred.ts'
import { type ClosedError, DiscardedError, isExpected, OutboxError, ParleyError } from '../errors.ts'
import type { Report } from '../report.ts'
import type { Clock, OutboxEntry, OutboxStore, SendOptions } from '../types.ts'
import { Queues } from './queues.ts'

/** Ids remembered after their entry was removed here, so that a slow look into the store does not bring it back. */
const finishedMax = 1000
/** An entry that another tab removed: its message is expected this long, in milliseconds, before the server is asked. */
const vanishPatience = 1_000
/** Stands for the account until the first `ready` tells who it is. */
const unknownAccount = ''

export interface OutboxPorts {
  readonly store: OutboxStore
  readonly clock: Clock
  /** The entries of a chat that are to be shown, in order. */
  readonly show: (chatId: string, entries: readonly OutboxEntry[]) => void
  /** There may be something to send, or nothing any more. */
  readonly onChange: () => void
  /** A message by its id, as the server has it; undefined if it has none. */
  readonly find: (id: string) => Promise<Message | undefined>
  readonly report: Report
}

export class Outbox {
  readonly #ports: OutboxPorts
  readonly #queues: Queues
  readonly #waiting = new Map<string, Deferred<Message>>()
  /** Entries that the store has (or refused to take): only they are sent. */
  readonly #kept = new Set<string>()
  readonly #finished = new Set<string>()
  /** The last write of each entry that is being written: writes of one entry happen one after another. */
  readonly #writes = new Map<string, Promise<void>>()
  readonly #vanishing = new Map<string, unknown>()
  #account = unknownAccount
  #lastTime = 0
  #unwatch: (() => void) | undefined
  #closed: ClosedError | undefined

  constructor(ports: OutboxPorts) {
    this.#ports = ports
    this.#queues = new Queues(ports.show)
  }

  /**
   * Shows the message as pending at once. Resolves when the server has it; rejects when it refuses for good, when the
   * send is discarded, and when the client closes (then the entry stays in the store). Before the first `ready` the
   * entry is only in memory, because it is not known whose it is.
   */
  send(chatId: string, text: string, options: SendOptions = {}): Promise<Message> {
    const id = options.id ?? uuidv7()
    if (this.#closed !== undefined) return Promise.reject(this.#closed)
    if (this.#queues.get(id) !== undefined) return this.retry(id)
    this.#finished.delete(id)
    this.#put({
      id,
      chatId,
      senderId: this.#account,
      text,
      ...(options.fileIds === undefined ? {} : { fileIds: [...options.fileIds] }),
      replyToId: options.replyToId ?? null,
      createdAt: this.#nextTime(),
      failed: null,
    })
    return this.#promise(id)
  }

  /** Sends a failed entry again, as the last of its chat; for one that is on its way, only waits. */
  retry(id: string): Promise<Message> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed)
    const entry = this.#queues.get(id)
    if (entry === undefined) return Promise.reject(new DiscardedError('There is no such send'))
    if (entry.failed !== null) this.#put({ ...entry, failed: null, createdAt: this.#nextTime() })
    return this.#promise(id)
  }

  /** Resolves when the store has forgotten it. A send that was already on its way may still arrive. */
  async discard(id: string): Promise<void> {
    this.#remove(id)
    this.#reject(id, new DiscardedError('The send was discarded'))
    await this.#writes.get(id)
  }

  /** A message that the server has: if it is one of these, it is done. */
  settle(message: Message): void {
    const isOurs = this.#queues.get(message.id) !== undefined || this.#waiting.has(message.id)
    if (!isOurs || message.sender_id !== this.#account) return
    this.#remove(message.id)
    this.#waiting.get(message.id)?.resolve(message)
    this.#waiting.delete(message.id)
  }

  /** It cannot be sent: the server will not take it, or sending it failed. */
  refuse(id: string, error: Error): void {
    const entry = this.#queues.get(id)
    const failed =
      error instanceof ParleyError
        ? { code: error.code, detail: error.detail }
        : { code: 'failed', detail: String(error) }
    if (entry !== undefined) this.#put({ ...entry, failed })
    this.#reject(id, error)
  }

  /** The first entry of every chat that is to be sent, if it may be. */
  heads(): OutboxEntry[] {
    return this.#queues.heads().filter(({ id, senderId }) => this.#kept.has(id) && senderId === this.#account)
  }

  /** Now it is known whose outbox this is: entries of former runs are taken up, those of other accounts are left alone. */
  async claim(account: string): Promise<void> {
    if (this.#account === unknownAccount) {
      this.#account = account
      for (const entry of this.#queues.all()) this.#put({ ...entry, senderId: account })
      this.#unwatch = this.#ports.store.sharing?.watch(() => void this.#reload())
    }
    await this.#reload()
  }

  /** Resolves when every change is kept. */
  async close(end: ClosedError): Promise<void> {
    this.#closed = end
    this.#unwatch?.()
    for (const timer of this.#vanishing.values()) this.#ports.clock.clearTimeout(timer)
    for (const id of [...this.#waiting.keys()]) this.#reject(id, end)
    await Promise.all(this.#writes.values())
  }

  #promise(id: string): Promise<Message> {
    const known = this.#waiting.get(id) ?? createDeferred<Message>()
    this.#waiting.set(id, known)
    return known.promise
  }

  #reject(id: string, error: Error): void {
    this.#waiting.get(id)?.reject(error)
    this.#waiting.delete(id)
  }

  /** Rises, whatever the clock does: it is the order of sending. */
  #nextTime(): number {
    this.#lastTime = Math.max(this.#ports.clock.now(), this.#lastTime + 1)
    return this.#lastTime
  }

  #put(entry: OutboxEntry): void {
    this.#queues.put(Object.freeze(entry))
    if (entry.senderId === unknownAccount) return
    this.#write(entry.id, async () => {
      // A store that is full or forbidden makes the entry less durable, not unsendable.
      await this.#try('keep', () => this.#ports.store.put(entry))
      if (this.#queues.get(entry.id) !== undefined) this.#kept.add(entry.id)
      this.#ports.onChange()
    })
  }

  #remove(id: string): void {
    const entry = this.#queues.remove(id)
    this.#kept.delete(id)
    this.#finished.add(id)
    for (const oldest of this.#finished) {
      if (this.#finished.size <= finishedMax) break
      this.#finished.delete(oldest)
    }
    if (entry !== undefined) this.#write(id, () => this.#try('forget', () => this.#ports.store.delete(id)))
    this.#ports.onChange()
  }

  #write(id: string, work: () => Promise<void>): void {
    const write = (this.#writes.get(id) ?? Promise.resolve()).then(work).finally(() => {
      if (this.#writes.get(id) === write) this.#writes.delete(id)
    })
    this.#writes.set(id, write)
  }

  /** Looks what is in the store: left by a former run, or changed by another tab. */
  async #reload(): Promise<void> {
    const keptBefore = new Set(this.#kept)
    // A store that cannot be read has nothing to offer; what is sent now is held in memory.
    const stored = await this.#try('read', () => this.#ports.store.all())
    if (stored === undefined || this.#closed !== undefined) return
    const own = stored.filter(({ senderId }) => senderId === this.#account)
    for (const entry of own.sort((a, b) => a.createdAt - b.createdAt)) this.#adopt(entry)
    const present = new Set(own.map(({ id }) => id))
    for (const id of keptBefore) {
      if (!present.has(id) && this.#kept.has(id) && !this.#writes.has(id)) this.#vanished(id)
    }
    this.#ports.onChange()
  }

  #adopt(entry: OutboxEntry): void {
    if (this.#finished.has(entry.id) || this.#writes.has(entry.id)) return
    this.#kept.add(entry.id)
    this.#lastTime = Math.max(this.#lastTime, entry.createdAt)
    const held = this.#queues.get(entry.id)
    const isSame = held?.createdAt === entry.createdAt && (held.failed === null) === (entry.failed === null)
    if (isSame) return
    this.#queues.put(Object.freeze(entry))
    if (entry.failed !== null) this.#reject(entry.id, failureOf(entry.failed))
  }

  /** Another tab had it acknowledged, which an event will tell here, or discarded it. */
  #vanished(id: string): void {
    if (this.#vanishing.has(id)) return
    const timer = this.#ports.clock.setTimeout(() => void this.#lookFor(id), vanishPatience)
    this.#vanishing.set(id, timer)
  }

  async #lookFor(id: string): Promise<void> {
    this.#vanishing.delete(id)
    if (this.#queues.get(id) === undefined) return
    try {
      const message = await this.#ports.find(id)
      if (message !== undefined) this.settle(message)
      else await this.discard(id)
    } catch (error) {
      // Without an answer it is not known yet: the next `ready` looks again.
      if (!isExpected(error)) this.#ports.report(error)
    }
  }

  /** What the store failed to do is reported; undefined then. */
  async #try<T>(action: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (cause) {
      this.#ports.report(
        new OutboxError(`The outbox store could not ${action} what it was asked to`, { cause }),
      )
      return undefined
    }
  }
}

const failureOf = ({ code, detail }: { readonly code: string; readonly detail: string }): ParleyError =>
  new ParleyError({ code: code as ParleyError['code'], detail, retryable: false })
