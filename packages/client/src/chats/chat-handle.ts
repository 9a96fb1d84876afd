// One chat, to act on: hands each action to the part that does it.
import type { Message } from '@parley/protocol'
import { timings } from '@parley/protocol'
import type { Outbox } from '../outbox/outbox.ts'
import type { History } from '../sync/history.ts'
import type { ReadMarker } from '../sync/read-marker.ts'
import type { Call, ChatHandle, Clock, SendOptions } from '../types.ts'

export interface HandlePorts {
  readonly call: Call
  readonly clock: Clock
  readonly outbox: Outbox
  readonly history: History
  readonly marker: ReadMarker
  /** Sends `typing` if connected. */
  readonly sendTyping: (chatId: string) => void
}

export class Handle implements ChatHandle {
  readonly id: string
  readonly #ports: HandlePorts
  #typingSentAt = Number.NEGATIVE_INFINITY

  constructor(id: string, ports: HandlePorts) {
    this.id = id
    this.#ports = ports
  }

  send(text: string, options?: SendOptions): Promise<Message> {
    // The message ends the typing: the next keystroke begins a new one.
    this.#typingSentAt = Number.NEGATIVE_INFINITY
    return this.#ports.outbox.send(this.id, text, options)
  }

  retry(entryId: string): Promise<Message> {
    return this.#ports.outbox.retry(entryId)
  }

  discard(entryId: string): Promise<void> {
    return this.#ports.outbox.discard(entryId)
  }

  edit(messageId: string, text: string): Promise<Message> {
    return this.#ports.outbox.edit(this.id, messageId, text)
  }

  delete(messageId: string): Promise<Message> {
    return this.#ports.outbox.delete(this.id, messageId)
  }

  markRead(seq: number): void {
    this.#ports.marker.mark(this.id, seq)
  }

  typing(): void {
    const now = this.#ports.clock.now()
    const since = now - this.#typingSentAt
    // A clock that was set back says nothing of how long ago that was.
    if (since >= 0 && since < timings.typingRepeat) return
    this.#typingSentAt = now
    this.#ports.sendTyping(this.id)
  }

  loadLatest(): Promise<void> {
    return this.#ports.history.loadLatest(this.id)
  }

  loadBefore(): Promise<void> {
    return this.#ports.history.loadBefore(this.id)
  }

  loadAfter(): Promise<void> {
    return this.#ports.history.loadAfter(this.id)
  }

  loadAround(seq: number): Promise<void> {
    return this.#ports.history.loadAround(this.id, seq)
  }

  loadMembers(): Promise<void> {
    return this.#ports.history.loadMembers(this.id)
  }
}
