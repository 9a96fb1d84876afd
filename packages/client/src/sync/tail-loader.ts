// Loads the newest messages of the chats that went on last and were not looked at, so that the device keeps them. One after another, in
// pauses, and each chat once.
import { isExpected, isRetryable } from '../errors.ts'
import type { ReplicaState } from '../replica/state.ts'
import type { Report } from '../report.ts'
import type { Call, Clock, Replica } from '../types.ts'

/** Chats of the newest activity of which the messages are loaded. */
const loadedChatsMax = 50
/** Between two calls, in milliseconds. */
export const loadPause = 250
/** When all are loaded, changes are gathered this long, in milliseconds, before it is looked whether there is another chat. */
export const lookPause = 5_000

export interface TailLoaderPorts {
  readonly clock: Clock
  readonly call: Call
  readonly state: ReplicaState
  readonly replica: Replica
  readonly report: Report
}

export class TailLoader {
  readonly #ports: TailLoaderPorts
  /** Chats that were asked for and answered. */
  readonly #asked = new Set<string>()
  /** Undefined while it does not run. */
  #run: object | undefined
  #timer: unknown
  #endWaiting: () => void = () => undefined

  constructor(ports: TailLoaderPorts) {
    this.#ports = ports
  }

  /** The connection is ready, and it is this client that keeps the replica. */
  start(): void {
    if (this.#run !== undefined) return
    this.#run = {}
    this.#pause()
  }

  /** The connection is gone. */
  stop(): void {
    this.#run = undefined
    this.#endWaiting()
    this.#ports.clock.clearTimeout(this.#timer)
  }

  #pause(): void {
    this.#timer = this.#ports.clock.setTimeout(() => void this.#loadNext(this.#run), loadPause)
  }

  async #loadNext(run: object | undefined): Promise<void> {
    const chatId = this.#next()
    if (run === undefined) return
    if (chatId === undefined) {
      this.#awaitChats(run)
      return
    }
    const isAnswered = await this.#load(chatId)
    if (this.#run !== run) return
    // A server that is busy is left alone until the next connection.
    if (isAnswered) this.#pause()
    else this.stop()
  }

  /** Chats that come later are loaded too. */
  #awaitChats(run: object): void {
    const { clock, state } = this.#ports
    this.#endWaiting = state.changes.subscribe(() => {
      this.#endWaiting()
      this.#timer = clock.setTimeout(() => void this.#loadNext(run), lookPause)
    })
  }

  #next(): string | undefined {
    const { tails } = this.#ports.state.timelines
    const chats = [...this.#ports.replica.chats()].sort((a, b) => (activityOf(a) > activityOf(b) ? -1 : 1))
    const newestChats = chats.slice(0, loadedChatsMax)
    return newestChats.find(({ id }) => tails.get(id) === undefined && !this.#asked.has(id))?.id
  }

  async #load(chatId: string): Promise<boolean> {
    const { call, state, report } = this.#ports
    const { tails } = state.timelines
    tails.beginLoad(chatId)
    try {
      const page = await call('listMessages', { params: { chat_id: chatId } })
      this.#asked.add(chatId)
      tails.endLoad(chatId, page)
      state.sawPage(page.items)
      return true
    } catch (error) {
      tails.endLoad(chatId, undefined)
      if (!isExpected(error)) report(error)
      if (isRetryable(error)) return false
      this.#asked.add(chatId)
      return true
    }
  }
}

const activityOf = (view: ReturnType<Replica['chats']>[number]): string =>
  view.last_message?.created_at ?? view.created_at
