// Sends the entries of the outbox over the socket: each chat strictly in order, several chats side by side.
import type { Message } from '@parley/protocol'
import { fullJitter } from '../connection/backoff.ts'
import type { Requests } from '../connection/requests.ts'
import { ConnectionError, ParleyError } from '../errors.ts'
import type { Clock, OutboxEntry, OutboxSharing } from '../types.ts'
import type { Outbox } from './outbox.ts'

/** Sends that may be unanswered at a time, of as many chats: a second one of a chat could overtake a refused first. */
const inFlightMax = 16
/** A tab that waits this long for the turn, in milliseconds, takes it: the one that has it seems asleep. */
const stealAfter = 5_000
/** The least pause after the server asked to try later, in milliseconds. */
const pauseMin = 500

export interface DrainPorts {
  readonly outbox: Outbox
  readonly requests: Requests
  readonly clock: Clock
  readonly random: () => number
  readonly sharing: OutboxSharing | undefined
  /** The server has the message. Must settle it in the outbox. */
  readonly onAck: (message: Message) => void
  /** The server does not know this connection any more. */
  readonly onDisowned: () => void
}

export class Drain {
  readonly #ports: DrainPorts
  /** Chat ids. */
  readonly #inFlight = new Set<string>()
  /** Undefined while not connected. A new object for every connection: answers of an older one do not count. */
  #connection: { readonly account: string } | undefined
  #turn: 'none' | 'queued' | 'held' = 'none'
  #leaveTurn: () => void = () => undefined
  #stealTimer: unknown
  #pauseTimer: unknown
  #isPaused = false
  #failures = 0

  constructor(ports: DrainPorts) {
    this.#ports = ports
  }

  /** The connection is ready: everything unacknowledged is sent (again), in order. */
  start(account: string): void {
    this.#connection = { account }
    this.#failures = 0
    this.pump()
  }

  /** The connection is lost: nothing that is in flight will be answered. */
  stop(): void {
    this.#connection = undefined
    this.#inFlight.clear()
    this.#ports.clock.clearTimeout(this.#pauseTimer)
    this.#isPaused = false
    this.#giveTurnUp()
  }

  /** Sends what can be sent now. */
  pump(): void {
    if (this.#connection === undefined || this.#isPaused) return
    const heads = this.#ports.outbox.heads()
    if (heads.length === 0) {
      this.#giveTurnUp()
      return
    }
    if (!this.#hasTurn(this.#connection.account)) return
    for (const entry of heads.sort((a, b) => a.createdAt - b.createdAt)) {
      if (this.#inFlight.size >= inFlightMax) return
      if (!this.#inFlight.has(entry.chatId)) void this.#send(entry, this.#connection)
    }
  }

  async #send(entry: OutboxEntry, connection: object): Promise<void> {
    this.#inFlight.add(entry.chatId)
    try {
      const ack = await this.#ports.requests.ask(frameOf(entry))
      this.#failures = 0
      if (ack.message !== undefined) this.#ports.onAck(ack.message)
    } catch (error) {
      // Without an answer the connection is ending; the next one sends the entry again. To send here would spin: until
      // the host tells of the end, the socket refuses everything at once.
      if (error instanceof ConnectionError) return
      if (error instanceof ParleyError) this.#fail(entry, error)
      // An entry that cannot be sent (or whose answer cannot be taken in) would fail the same way for ever.
      else this.#ports.outbox.refuse(entry.id, error instanceof Error ? error : new Error(String(error)))
    }
    if (this.#connection !== connection) return
    this.#inFlight.delete(entry.chatId)
    this.pump()
  }

  #fail(entry: OutboxEntry, error: ParleyError): void {
    if (error.code === 'unauthenticated' || error.code === 'session_revoked') this.#ports.onDisowned()
    else if (error.retryable) this.#pause()
    else this.#ports.outbox.refuse(entry.id, error)
  }

  #pause(): void {
    if (this.#isPaused || this.#connection === undefined) return
    this.#isPaused = true
    this.#failures += 1
    const delay = pauseMin + fullJitter(this.#failures, this.#ports.random())
    this.#pauseTimer = this.#ports.clock.setTimeout(() => {
      this.#isPaused = false
      this.pump()
    }, delay)
  }

  /** Whether this client may send now. If not, it queues up. */
  #hasTurn(account: string): boolean {
    if (this.#ports.sharing === undefined || this.#turn === 'held') return true
    if (this.#turn === 'queued') return false
    this.#queueUp(this.#ports.sharing, account, false)
    this.#stealTimer = this.#ports.clock.setTimeout(() => {
      if (this.#turn !== 'queued' || this.#ports.sharing === undefined) return
      this.#leaveTurn()
      this.#queueUp(this.#ports.sharing, account, true)
    }, stealAfter)
    return false
  }

  #queueUp(sharing: OutboxSharing, account: string, steal: boolean): void {
    this.#turn = 'queued'
    this.#leaveTurn = sharing.takeTurn(account, {
      steal,
      granted: () => {
        this.#ports.clock.clearTimeout(this.#stealTimer)
        this.#turn = 'held'
        this.pump()
      },
      lost: () => {
        this.#turn = 'none'
        this.pump()
      },
    })
  }

  #giveTurnUp(): void {
    this.#ports.clock.clearTimeout(this.#stealTimer)
    this.#leaveTurn()
    this.#leaveTurn = () => undefined
    this.#turn = 'none'
  }
}

function frameOf({ id, chatId, text, fileIds, replyToId }: OutboxEntry) {
  const content = {
    ...(text === '' ? {} : { text }),
    ...(fileIds === undefined ? {} : { file_ids: [...fileIds] }),
  }
  return { type: 'send_message' as const, chat_id: chatId, id, ...content, reply_to_id: replyToId }
}
