// Stands in for a socket where none gets through: takes the frames of the client and carries them out over HTTP, and says `ready`
// again, with what changed since, every few seconds. It tells neither who is online nor who is typing.
import type { AckFrame, ChatView, ClientFrame, Me, ServerFrame, SyncAnswer } from '@parley/protocol'
import { limits } from '@parley/protocol'
import { isExpected, ParleyError } from '../errors.ts'
import type { Report } from '../report.ts'
import type { Call, Clock, Socket } from '../types.ts'
import { abnormalClose, closeCodeOf } from './close-codes.ts'
import type { RequestFrame } from './requests.ts'

/** How often it asks what changed, in milliseconds. */
export const pollInterval = 5_000

export interface PollingPorts {
  readonly call: Call
  readonly clock: Clock
  /** The versions to ask about, where the list of chats begins so; `isAll`: it ends there too. */
  readonly versions: (listed: readonly ChatView[], isAll: boolean) => Record<string, number>
  readonly report: Report
}

type Listeners = {
  open: (() => void)[]
  error: (() => void)[]
  message: ((event: { readonly data: unknown }) => void)[]
  close: ((event: { readonly code: number }) => void)[]
}

const nothing: SyncAnswer = {
  ...{ chats: [], next_cursor: null, messages: [], members: [], gaps: [], removed: [], users: [] },
}

export class PollingSocket implements Socket {
  readonly #ports: PollingPorts
  readonly #listeners: Listeners = { open: [], error: [], message: [], close: [] }
  #readyState = 0
  #timer: unknown

  constructor(ports: PollingPorts) {
    this.#ports = ports
    queueMicrotask(() => {
      if (this.#readyState !== 0) return
      this.#readyState = 1
      for (const listener of this.#listeners.open) listener()
    })
  }

  get readyState(): number {
    return this.#readyState
  }

  addEventListener<T extends keyof Listeners>(type: T, listener: Listeners[T][number]): void {
    ;(this.#listeners[type] as Listeners[T][number][]).push(listener)
  }

  send(text: string): void {
    const frame = JSON.parse(text) as ClientFrame
    switch (frame.type) {
      case 'hello':
        void this.#greet()
        return
      case 'ping':
        this.#say({ type: 'pong' })
        return
      case 'typing':
        this.#ports
          .call('sendTyping', { params: { chat_id: frame.chat_id } })
          .catch((error) => isExpected(error) || this.#ports.report(error))
        return
      case 'watch_presence':
        return
      default:
        void this.#answer(frame)
    }
  }

  close(): void {
    this.#readyState = 3
    this.#ports.clock.clearTimeout(this.#timer)
  }

  async #answer(frame: RequestFrame): Promise<void> {
    const ref = frame.ref === undefined ? {} : { ref: frame.ref }
    try {
      this.#say({ type: 'ack', ...ref, ...(await this.#carryOut(frame)) })
    } catch (error) {
      if (error instanceof ParleyError) {
        const { code, detail, retryable } = error
        this.#say({ type: 'error', ...ref, code, detail, retryable })
      } else this.#lose(error)
    }
  }

  async #carryOut(frame: RequestFrame): Promise<Pick<AckFrame, 'message' | 'read'>> {
    const { call } = this.#ports
    switch (frame.type) {
      case 'send_message': {
        const { type: _, ref: __, chat_id, ...body } = frame
        return { message: (await call('sendMessage', { params: { chat_id }, body })).message }
      }
      case 'edit_message': {
        const params = { message_id: frame.message_id }
        return { message: (await call('editMessage', { params, body: { text: frame.text } })).message }
      }
      case 'delete_message':
        return {
          message: (await call('deleteMessage', { params: { message_id: frame.message_id } })).message,
        }
      case 'read':
        return {
          read: await call('markRead', { params: { chat_id: frame.chat_id }, body: { seq: frame.seq } }),
        }
    }
  }

  async #greet(): Promise<void> {
    try {
      const { user } = await this.#ports.call('getMe')
      const sessions = await this.#ports.call('listSessions')
      const session_id = sessions.items.find(({ current }) => current)?.id ?? ''
      await this.#poll(user, session_id)
    } catch (error) {
      this.#lose(error)
    }
  }

  async #poll(user: Me, session_id: string): Promise<void> {
    const { call, clock, versions } = this.#ports
    const page = await call('listChats', { query: { limit: limits.pageMax } })
    const chats = versions(page.items, page.next_cursor === null)
    const changes = Object.keys(chats).length === 0 ? nothing : await call('sync', { body: { chats } })
    const views = new Map([...page.items, ...changes.chats].map((view) => [view.id, view]))
    this.#say({
      ...{ type: 'ready', user, session_id, ...changes, next_cursor: page.next_cursor },
      ...{ chats: [...views.values()], users: [...page.users, ...changes.users] },
    })
    this.#timer = clock.setTimeout(() => {
      this.#poll(user, session_id).catch((error) => this.#lose(error))
    }, pollInterval)
    if (this.#readyState !== 1) clock.clearTimeout(this.#timer)
  }

  #say(frame: ServerFrame): void {
    if (this.#readyState !== 1) return
    const data = JSON.stringify(frame)
    for (const listener of this.#listeners.message) listener({ data })
  }

  #lose(error: unknown): void {
    if (!isExpected(error)) this.#ports.report(error)
    if (this.#readyState !== 1) return
    this.close()
    const code = error instanceof ParleyError ? closeCodeOf(error.code) : abnormalClose
    for (const listener of this.#listeners.close) listener({ code })
  }
}
