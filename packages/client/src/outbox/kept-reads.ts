// Own cursors that could not be told yet, kept in the outbox's store: one for each chat, and it only rises.
import type { AccountKey, OutgoingRead } from '../types.ts'

export interface KeptReadsPorts {
  readonly now: () => number
  readonly put: (entry: OutgoingRead) => void
  readonly forget: (id: string) => void
  /** One that a former run, or another tab, could not tell. */
  readonly onRead: (chatId: string, seq: number) => void
}

export class KeptReads {
  readonly #ports: KeptReadsPorts
  readonly #byChat = new Map<string, OutgoingRead>()
  #account: AccountKey | undefined

  constructor(ports: KeptReadsPorts) {
    this.#ports = ports
  }

  claim(account: AccountKey): void {
    this.#account = account
  }

  all(): OutgoingRead[] {
    return [...this.#byChat.values()]
  }

  /** Before it is known whose cursor it is, nothing is kept. */
  keep(chatId: string, seq: number): void {
    const account = this.#account
    if (account === undefined || seq <= (this.#byChat.get(chatId)?.seq ?? 0)) return
    const { origin, userId } = account
    const entry: OutgoingRead = Object.freeze({
      ...{ kind: 'read', id: `read ${userId} ${chatId}`, chatId, senderId: userId, origin, seq },
      ...{ createdAt: this.#ports.now(), failed: null },
    })
    this.#byChat.set(chatId, entry)
    this.#ports.put(entry)
  }

  /** The server has answered for this cursor. */
  told(chatId: string, seq: number): void {
    const entry = this.#byChat.get(chatId)
    if (entry === undefined || entry.seq > seq) return
    this.#byChat.delete(chatId)
    this.#ports.forget(entry.id)
  }

  /** From the store. */
  adopt(entry: OutgoingRead): void {
    if (entry.seq <= (this.#byChat.get(entry.chatId)?.seq ?? 0)) return
    this.#byChat.set(entry.chatId, Object.freeze(entry))
    this.#ports.onRead(entry.chatId, entry.seq)
  }
}
