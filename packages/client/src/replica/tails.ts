// The newest messages of the chats that went on last, apart from the windows: they are what the device keeps of a timeline.
import type { Message } from '@parley/protocol'
import { type Page, putMessage, putPage, tailOf, type Window } from './window.ts'

/** Chats of which there is a tail: those of the newest activity. */
export const tailsMax = 200

export class Tails {
  /** Windows of at most `tailMax` messages that reach the end of their chat. */
  readonly #tails = new Map<string, Window>()
  /** What arrived of a chat while the page that is to be its tail is on its way: the page may be older than that. */
  readonly #loads = new Map<string, Message[]>()
  readonly #isOn: boolean

  /** Without `isOn` there never are any. */
  constructor(isOn: boolean) {
    this.#isOn = isOn
  }

  get(chatId: string): Window | undefined {
    return this.#tails.get(chatId)
  }

  /** A message as an event, an answer or a resume brought it. */
  put(message: Message): void {
    this.#loads.get(message.chat_id)?.push(message)
    const tail = this.#tails.get(message.chat_id)
    if (tail !== undefined) this.#set(message.chat_id, putMessage(tail, message))
  }

  /** A window of the chat, if it reaches the end. */
  take(chatId: string, window: Window): void {
    if (!this.#isOn || window.hasAfter) return
    this.#set(chatId, window)
    if (this.#tails.size > tailsMax) this.#dropOldest()
  }

  /** Changes of the chat were missed, or it is not the account's any more. */
  forget(chatId: string): void {
    this.#tails.delete(chatId)
    this.#loads.delete(chatId)
  }

  /** The latest page is asked for, to be the tail. */
  beginLoad(chatId: string): void {
    this.#loads.set(chatId, [])
  }

  /** The page came; undefined: it will not. It does not count if the chat was forgotten meanwhile. */
  endLoad(chatId: string, page: Omit<Page, 'side'> | undefined): void {
    const arrived = this.#loads.get(chatId)
    this.#loads.delete(chatId)
    if (arrived === undefined || page === undefined) return
    const window = putPage(undefined, { ...page, side: 'place' })
    if (window !== undefined)
      this.take(chatId, arrived.sort((a, b) => a.seq - b.seq).reduce(putMessage, window))
  }

  #set(chatId: string, window: Window): void {
    const tail = tailOf(window)
    if (tail === undefined) this.#tails.delete(chatId)
    else this.#tails.set(chatId, tail)
  }

  #dropOldest(): void {
    let oldest: readonly [string, string] | undefined
    for (const [chatId, { messages }] of this.#tails) {
      const at = messages.at(-1)?.created_at ?? ''
      if (oldest === undefined || at < oldest[1]) oldest = [chatId, at]
    }
    if (oldest !== undefined) this.#tails.delete(oldest[0])
  }
}
