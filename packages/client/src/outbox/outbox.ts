// What the account did and the server has not acknowledged: kept in the store, shown in the timelines, awaited by whoever did it.
// Sending it is drain.ts's matter.
import type { Message } from '@parley/protocol'
import { type ClosedError, DiscardedError, isExpected, ParleyError } from '../errors.ts'
import { newId } from '../new-id.ts'
import type { Report } from '../report.ts'
import type {
  AccountKey,
  Clock,
  OutboxEntry,
  OutboxStore,
  OutgoingFile,
  Sendable,
  SendOptions,
} from '../types.ts'
import { failureOf, isTrue, stateOf } from './entry-state.ts'
import { EntryWrites } from './entry-writes.ts'
import { KeptReads } from './kept-reads.ts'
import { tooMuch } from './outbox-limits.ts'
import { Promises } from './promises.ts'
import { Queues } from './queues.ts'

/** Ids remembered after their entry was removed here, so that a slow look into the store does not bring it back. */
const finishedMax = 1000
/** An entry that another tab removed: its message is expected this long, in milliseconds, before the server is asked. */
const vanishPatience = 1_000
/** Asks to try later that may last until somebody does something. */
const lasting: ReadonlySet<string> = new Set<ParleyError['code']>(['storage_full'])
/** Stands for the account until it is known. */
const unknownAccount = ''

export interface OutboxPorts {
  readonly store: OutboxStore
  readonly clock: Clock
  /** The entries of a chat that are to be shown, in order. */
  readonly show: (chatId: string, entries: readonly Sendable[]) => void
  /** There may be something to send, or nothing any more. */
  readonly onChange: () => void
  /** The store keeps something that it did not, or could not keep something. */
  readonly onKept: () => void
  /** A person had a say: what waits in this chat is to be tried now. */
  readonly onRetry: (chatId: string) => void
  /** A cursor that a former run, or another tab, could not tell. */
  readonly onRead: (chatId: string, seq: number) => void
  /** A message by its id, as the server has it; undefined if it has none. */
  readonly find: (id: string) => Promise<Message | undefined>
  readonly report: Report
}

export class Outbox {
  readonly reads: KeptReads
  readonly #ports: OutboxPorts
  readonly #queues: Queues
  readonly #promises = new Promises()
  /** Entries that the store has. Only they are sent, and those below. */
  readonly #kept = new Set<string>()
  /** Entries that it could not keep as they are now. They are in memory alone. */
  readonly #unkept = new Set<string>()
  readonly #finished = new Set<string>()
  /** Entries of which the last that the server said is to try them later. */
  readonly #delayed = new Set<string>()
  readonly #writes: EntryWrites
  readonly #vanishing = new Map<string, unknown>()
  #account: AccountKey | undefined
  #hasRead = false
  #lastTime = 0
  #unwatch: (() => void) | undefined
  #closed: ClosedError | undefined

  constructor(ports: OutboxPorts) {
    this.#ports = ports
    this.#queues = new Queues(ports.show)
    this.#writes = new EntryWrites(ports)
    this.reads = new KeptReads({
      now: () => this.#nextTime(),
      put: (entry) => this.#writes.keep(entry),
      forget: (id) => this.#writes.forget(id),
      onRead: ports.onRead,
    })
  }

  /**
   * Shows the message as pending at once. Resolves when the server has it; rejects when it refuses for good, when the
   * send is discarded, and when the client closes (then the entry stays in the store). Before it is known whose it is the
   * entry is only in memory.
   */
  send(chatId: string, text: string, options: SendOptions = {}): Promise<Message> {
    const id = options.id ?? newId()
    if (this.#closed !== undefined) return Promise.reject(this.#closed)
    if (this.#queues.get(id) !== undefined) return this.retry(id)
    const refusal = tooMuch(this.#queues.all(), options.files ?? [])
    if (refusal !== undefined) return Promise.reject(refusal)
    this.#finished.delete(id)
    this.#put({
      ...{ kind: 'message', ...this.#facts(id, chatId), text },
      ...(options.fileIds === undefined ? {} : { fileIds: [...options.fileIds] }),
      ...(options.files === undefined ? {} : { files: [...options.files] }),
      replyToId: options.replyToId ?? null,
    })
    return this.#promises.of(id)
  }

  /** As `send`; refused for good it rejects, and stays with its text. It takes the place of one that failed. */
  edit(chatId: string, messageId: string, text: string): Promise<Message> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed)
    const unsent = this.#queues.get(messageId)
    if (unsent?.kind === 'message' && unsent.failed !== null) {
      this.#put({ ...unsent, text, failed: null, createdAt: this.#nextTime() })
      return this.#promises.of(messageId)
    }
    this.#dropFailed(chatId, messageId)
    const entry = { kind: 'edit', ...this.#facts(newId(), chatId), messageId, text } as const
    this.#put(entry)
    return this.#promises.of(entry.id)
  }

  /** As `send`; refused for good it rejects and is forgotten. */
  async delete(chatId: string, messageId: string): Promise<Message> {
    if (this.#closed !== undefined) throw this.#closed
    const unsent = this.#queues.get(messageId)
    if (unsent?.kind === 'message' && unsent.failed !== null) {
      await this.discard(messageId)
      throw new DiscardedError('The message was never sent')
    }
    this.#dropFailed(chatId, messageId)
    const entry = { kind: 'deletion', ...this.#facts(newId(), chatId), messageId } as const
    this.#put(entry)
    return this.#promises.of(entry.id)
  }

  /**
   * Sends a failed entry again, as the last of its chat, and at once one that is delayed, in its place; for one that is on its way, only
   * waits.
   */
  retry(id: string): Promise<Message> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed)
    const entry = this.#queues.get(id)
    if (entry === undefined) return Promise.reject(new DiscardedError('There is no such entry'))
    if (entry.failed !== null) this.#put({ ...entry, failed: null, createdAt: this.#nextTime() })
    else if (entry.delay) {
      this.#put({ ...entry, delay: null })
      this.#ports.onRetry(entry.chatId)
    }
    return this.#promises.of(id)
  }

  /** Resolves when the store has forgotten it. What was already on its way may still arrive. */
  async discard(id: string): Promise<void> {
    const entry = this.#queues.get(id)
    this.#remove(id)
    // What waited behind it is not what was refused.
    if (entry?.delay) this.#ports.onRetry(entry.chatId)
    this.#promises.reject(id, new DiscardedError('The entry was discarded'))
    await this.#writes.settled(id)
  }

  /** In the order of sending. */
  entries(): OutboxEntry[] {
    return [...this.#queues.all(), ...this.reads.all()].sort((a, b) => a.createdAt - b.createdAt)
  }

  /** See `ParleyClient.kept`. */
  async kept(id: string): Promise<boolean> {
    await this.#writes.settled(id)
    return this.#kept.has(id)
  }

  /** What is in memory alone, because the store could not keep it. In the order of sending. */
  unkept(): Sendable[] {
    if (this.#unkept.size === 0) return []
    return this.#queues
      .all()
      .filter(({ id }) => this.#unkept.has(id))
      .sort((a, b) => a.createdAt - b.createdAt)
  }

  /** A message that the server has: what of these it makes true is done. */
  settle(message: Message): void {
    const isOurs = this.#queues.get(message.id) !== undefined || this.#promises.has(message.id)
    if (isOurs && message.sender_id === this.#account?.userId) this.complete(message.id, message)
    const change = this.#queues.firstChange(message.chat_id, message.id)
    if (change !== undefined && isTrue(change, message)) this.complete(change.id, message)
  }

  /** The server has carried it out. */
  complete(id: string, message: Message): void {
    this.#remove(id)
    this.#promises.resolve(id, message)
  }

  /** It cannot be sent: the server will not take it, or sending it failed. */
  refuse(id: string, error: Error): void {
    const entry = this.#queues.get(id)
    const failed =
      error instanceof ParleyError
        ? { code: error.code, detail: error.detail }
        : { code: 'failed', detail: String(error) }
    this.#delayed.delete(id)
    // A deletion holds nothing that would be lost.
    if (entry?.kind === 'deletion') this.#remove(id)
    else if (entry !== undefined) this.#put({ ...entry, failed, delay: null })
    this.#promises.reject(id, error)
  }

  /**
   * The server asked to try it later. Once passes without a word, as most such answers do; the second time in a row, or where waiting
   * alone may not help, the entry says why it waits.
   */
  delay(id: string, { code, detail }: ParleyError): void {
    const entry = this.#queues.get(id)
    if (entry === undefined || entry.failed !== null || entry.delay?.code === code) return
    const isTold = this.#delayed.has(id) || Boolean(entry.delay) || lasting.has(code)
    this.#delayed.add(id)
    if (isTold) this.#put({ ...entry, delay: { code, detail } })
  }

  /** What the server has of a message's files by now. */
  uploaded(id: string, files: readonly OutgoingFile[]): void {
    const entry = this.#queues.get(id)
    this.#delayed.delete(id)
    if (entry?.kind === 'message') this.#put({ ...entry, files, delay: null })
  }

  get(id: string): Sendable | undefined {
    return this.#queues.get(id)
  }

  /** The first entry of every chat that is to be sent, if it may be. */
  heads(): Sendable[] {
    return this.#queues
      .heads()
      .filter(({ id }) => this.#kept.has(id) || this.#unkept.has(id))
      .filter(({ senderId }) => senderId === this.#account?.userId)
  }

  /** Now it is known whose outbox this is: entries of former runs are taken up, those of other accounts are left alone. */
  async claim(account: AccountKey): Promise<void> {
    if (this.#account === undefined) {
      this.#account = account
      this.reads.claim(account)
      const { origin, userId } = account
      for (const entry of this.#queues.all()) this.#put({ ...entry, origin, senderId: userId })
      this.#unwatch = this.#ports.store.sharing?.watch(() => void this.#reload())
    }
    await this.#reload()
  }

  /** Resolves when every change is kept. */
  async close(end: ClosedError): Promise<void> {
    this.#closed = end
    this.#unwatch?.()
    for (const timer of this.#vanishing.values()) this.#ports.clock.clearTimeout(timer)
    this.#promises.rejectAll(end)
    await this.#writes.allSettled()
  }

  /** Removes what the store keeps of this account, on behalf of all who share it. After `close`. */
  async erase(): Promise<void> {
    const account = this.#account
    if (account === undefined) return
    for (const { id } of this.#queues.all()) this.#queues.remove(id)
    for (const { id } of (await this.#writes.read(account)) ?? []) this.#writes.forget(id)
    await this.#writes.allSettled()
  }

  #facts(id: string, chatId: string) {
    const { origin, userId } = this.#account ?? {}
    return {
      ...{ id, chatId, senderId: userId ?? unknownAccount, ...(origin === undefined ? {} : { origin }) },
      ...{ createdAt: this.#nextTime(), failed: null },
    }
  }

  /** A new change stands for those of the same message that failed. */
  #dropFailed(chatId: string, messageId: string): void {
    for (const { id, failed } of this.#queues.changesOf(chatId, messageId))
      if (failed !== null) this.#remove(id)
  }

  /** Rises, whatever the clock does: it is the order of sending. */
  #nextTime(): number {
    this.#lastTime = Math.max(this.#ports.clock.now(), this.#lastTime + 1)
    return this.#lastTime
  }

  #put(entry: Sendable): void {
    this.#queues.put(Object.freeze(entry))
    if (entry.senderId === unknownAccount) return
    // A store that is full, forbidden or silent makes the entry less durable, not unsendable.
    this.#writes.keep(entry, (isKept) => {
      if (this.#queues.get(entry.id) !== undefined) this.#mark(entry.id, isKept)
      this.#ports.onChange()
    })
  }

  #mark(id: string, isKept: boolean): void {
    const [now, before] = isKept ? [this.#kept, this.#unkept] : [this.#unkept, this.#kept]
    now.add(id)
    if (before.delete(id) || !isKept) this.#ports.onKept()
  }

  #remove(id: string): void {
    const entry = this.#queues.remove(id)
    for (const ids of [this.#kept, this.#unkept, this.#delayed]) ids.delete(id)
    this.#finished.add(id)
    for (const oldest of this.#finished) {
      if (this.#finished.size <= finishedMax) break
      this.#finished.delete(oldest)
    }
    if (entry !== undefined) this.#writes.forget(id)
    this.#ports.onChange()
  }

  /** Looks what is in the store: left by a former run, or changed by another tab. */
  async #reload(): Promise<void> {
    const account = this.#account
    if (account === undefined) return
    const keptBefore = new Set(this.#kept)
    // A store that cannot be read has nothing to offer; what is sent now is held in memory.
    const stored = await this.#writes.read(account)
    if (stored === undefined || this.#closed !== undefined) return
    const ofThisRun = this.#hasRead ? [] : this.#queues.all()
    this.#hasRead = true
    for (const entry of stored.sort((a, b) => a.createdAt - b.createdAt)) {
      if (entry.kind === 'read') this.reads.adopt(entry)
      else this.#adopt(entry)
    }
    const present = new Set(stored.map(({ id }) => id))
    this.#putBehind(ofThisRun, present)
    for (const id of keptBefore) {
      if (!present.has(id) && this.#kept.has(id) && !this.#writes.isWriting(id)) this.#vanished(id)
    }
    // A store that answers may have room again.
    for (const entry of this.unkept()) if (!this.#writes.isWriting(entry.id)) this.#put(entry)
    this.#ports.onChange()
  }

  /** What this run began before it knew what former ones left goes after that, also when the clock was set back in between. */
  #putBehind(entries: readonly Sendable[], stored: ReadonlySet<string>): void {
    const began = new Set(entries.map(({ id }) => id))
    const left = this.#queues.all().filter(({ id }) => stored.has(id) && !began.has(id))
    const latest = Math.max(...left.map(({ createdAt }) => createdAt))
    for (const entry of entries.toSorted((a, b) => a.createdAt - b.createdAt)) {
      const isThere = this.#queues.get(entry.id) === entry
      if (isThere && entry.createdAt <= latest) this.#put({ ...entry, createdAt: this.#nextTime() })
    }
  }

  #adopt(entry: Sendable): void {
    if (this.#writes.isWriting(entry.id)) return
    // The store did not forget it when it was told to.
    if (this.#finished.has(entry.id)) {
      this.#writes.forget(entry.id)
      return
    }
    const held = this.#queues.get(entry.id)
    const isSame = held !== undefined && stateOf(held) === stateOf(entry)
    // What the store could not keep is newer than what it has.
    if (!isSame && this.#unkept.has(entry.id)) return
    this.#mark(entry.id, true)
    if (isSame) return
    this.#lastTime = Math.max(this.#lastTime, entry.createdAt)
    this.#queues.put(Object.freeze(entry))
    if (entry.failed !== null) this.#promises.reject(entry.id, failureOf(entry.failed))
    else if (held?.delay && !entry.delay) this.#ports.onRetry(entry.chatId)
  }

  /** Another tab had it acknowledged, which an event will tell here, or discarded it. */
  #vanished(id: string): void {
    if (this.#vanishing.has(id)) return
    const timer = this.#ports.clock.setTimeout(() => void this.#lookFor(id), vanishPatience)
    this.#vanishing.set(id, timer)
  }

  async #lookFor(id: string): Promise<void> {
    this.#vanishing.delete(id)
    const entry = this.#queues.get(id)
    if (entry === undefined) return
    try {
      const message = await this.#ports.find(entry.kind === 'message' ? id : entry.messageId)
      if (message !== undefined) this.settle(message)
      if (this.#queues.get(id) !== undefined) await this.discard(id)
    } catch (error) {
      // Without an answer it is not known yet: the next `ready` looks again.
      if (!isExpected(error)) this.#ports.report(error)
    }
  }
}
