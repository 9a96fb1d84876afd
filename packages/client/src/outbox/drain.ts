// Sends the entries of the outbox over the connection: each chat strictly in order, several chats side by side. Whatever the server
// answers, nothing is sent again without a pause that grows.
import type { AckFrame, Message } from '@parley/protocol'
import { equalJitter } from '../connection/backoff.ts'
import type { RequestFrame, Requests } from '../connection/requests.ts'
import { ConnectionError, ParleyError } from '../errors.ts'
import type { Clock, OutboxSharing, Sendable } from '../types.ts'
import type { Outbox } from './outbox.ts'
import { Turn } from './turn.ts'
import type { Uploads } from './uploads.ts'

/** Sends that may be unanswered at a time, of as many chats: a second one of a chat could overtake a refused first. */
const inFlightMax = 16
/** An answer that does not fit its entry is taken for a passing fault this often. */
const misfitsMax = 3
/** The pause of all chats, beside those of single ones. */
const everyChat = '*'

export interface DrainPorts {
  readonly outbox: Outbox
  readonly requests: Requests
  readonly uploads: Uploads
  readonly clock: Clock
  readonly random: () => number
  readonly sharing: OutboxSharing | undefined
  /** The server has the message. */
  readonly onAck: (message: Message) => void
  /** The server does not know this connection any more. */
  readonly onDisowned: () => void
  /** The server takes this client for somebody else. */
  readonly onOther: () => void
}

interface Pause {
  failures: number
  timer: unknown
}

export class Drain {
  readonly #ports: DrainPorts
  /** Chat ids. */
  readonly #inFlight = new Set<string>()
  /** Undefined while not connected. A new object for every connection: answers of an older one do not count. */
  #connection: { readonly account: string } | undefined
  readonly #turn: Turn
  readonly #pauses = new Map<string, Pause>()
  /** How often the answer to an entry did not fit it. */
  readonly #misfits = new Map<string, number>()

  constructor(ports: DrainPorts) {
    this.#ports = ports
    this.#turn = new Turn({ ...ports, onTurn: () => this.pump() })
  }

  /** The connection is ready: everything unacknowledged is sent (again), in order. */
  start(account: string): void {
    this.#connection = { account }
    // A new connection is no reason to hurry with what failed over the last one.
    for (const pause of this.#pauses.values()) this.#wait(pause)
    this.pump()
  }

  /** The connection is lost: nothing that is in flight will be answered. */
  stop(): void {
    this.#connection = undefined
    this.#inFlight.clear()
    for (const pause of this.#pauses.values()) this.#interrupt(pause)
    this.#turn.giveUp()
  }

  /** A person had a say: what waits in this chat is tried now. Its pauses end, and those to come grow on. */
  hurry(chatId: string): void {
    for (const who of [chatId, everyChat]) this.#interrupt(this.#pauses.get(who))
    this.pump()
  }

  /** Sends what can be sent now. */
  pump(): void {
    if (this.#connection === undefined || this.#isPaused(everyChat)) return
    const heads = this.#ports.outbox.heads()
    if (heads.length === 0) {
      this.#turn.giveUp()
      return
    }
    if (!this.#turn.isHeld(this.#connection.account)) return
    for (const entry of heads.sort((a, b) => a.createdAt - b.createdAt)) {
      if (this.#inFlight.size >= inFlightMax) return
      const isFree = !this.#inFlight.has(entry.chatId) && !this.#isPaused(entry.chatId)
      if (isFree) void this.#send(entry, this.#connection)
    }
  }

  async #send(entry: Sendable, connection: object): Promise<void> {
    this.#inFlight.add(entry.chatId)
    if (await this.#attempt(entry, connection)) return
    if (this.#connection !== connection) return
    this.#inFlight.delete(entry.chatId)
    this.pump()
  }

  /** True if the connection is ending: the next one sends the entry again. */
  async #attempt(entry: Sendable, connection: object): Promise<boolean> {
    try {
      await this.#ports.uploads.bring(entry)
    } catch (error) {
      // Files go another way than messages: that way may be cut alone, so the chat waits, and the others do not.
      if (this.#connection === connection) this.#refuseOrPause(entry, error, entry.chatId)
      return false
    }
    if (this.#connection !== connection) return false
    // Discarded, or refused, meanwhile.
    const current = this.#ports.outbox.get(entry.id)
    if (current === undefined || current.failed !== null) return false
    try {
      this.#take(current, await this.#ports.requests.ask(frameOf(current)))
    } catch (error) {
      // To send here would spin: until the host tells of the end, the socket refuses everything at once.
      if (error instanceof ConnectionError) return true
      this.#refuseOrPause(current, error, everyChat)
    }
    return false
  }

  #take(entry: Sendable, { message }: AckFrame): void {
    this.#pauses.delete(everyChat)
    this.#pauses.delete(entry.chatId)
    const isOurs = entry.kind === 'message' ? message?.id === entry.id : message?.id === entry.messageId
    if (message === undefined || !isOurs) this.#misfit(entry)
    else if (entry.kind === 'message' && message.sender_id !== entry.senderId) this.#ports.onOther()
    else {
      this.#misfits.delete(entry.id)
      this.#ports.onAck(message)
      this.#ports.outbox.complete(entry.id, message)
    }
  }

  /** The answer says nothing of the entry, so that it is not known what became of it. */
  #misfit(entry: Sendable): void {
    const count = (this.#misfits.get(entry.id) ?? 0) + 1
    this.#misfits.set(entry.id, count)
    if (count < misfitsMax) this.#pause(entry.chatId, count)
    else {
      this.#misfits.delete(entry.id)
      this.#refuse(entry, new Error('The answer of the server does not fit what was sent'))
    }
  }

  /** `who` waits: the chat, or all of them. The chat does in any case: what others have taken says nothing of this entry. */
  #refuseOrPause(entry: Sendable, error: unknown, who: string): void {
    if (!(error instanceof ParleyError)) {
      if (error instanceof ConnectionError) this.#pause(who)
      else this.#refuse(entry, error)
    } else if (error.code === 'other_account') this.#ports.onOther()
    else if (error.code === 'unauthenticated' || error.code === 'session_revoked') {
      this.#pause(entry.chatId)
      this.#pause(everyChat)
      this.#ports.onDisowned()
    } else if (error.retryable) {
      this.#pause(entry.chatId)
      // The same again for a chat: that is paused by now.
      this.#pause(who)
      this.#ports.outbox.delay(entry.id, error)
    } else if (error.code === 'invalid_files' && this.#ports.uploads.again(entry)) this.#pause(entry.chatId)
    else this.#refuse(entry, error)
  }

  /** An entry that cannot be sent (or whose answer cannot be taken in) would fail the same way for ever. */
  #refuse(entry: Sendable, error: unknown): void {
    // It was tried again meanwhile: this answers the attempt before that.
    if (this.#ports.outbox.get(entry.id)?.createdAt !== entry.createdAt) return
    this.#ports.outbox.refuse(entry.id, error instanceof Error ? error : new Error(String(error)))
  }

  #isPaused(who: string): boolean {
    return this.#pauses.get(who)?.timer !== undefined
  }

  #pause(who: string, atLeast = 0): void {
    if (this.#connection === undefined || this.#isPaused(who)) return
    const pause = this.#pauses.get(who) ?? { failures: atLeast, timer: undefined }
    this.#pauses.set(who, pause)
    pause.failures += 1
    this.#wait(pause)
  }

  #interrupt(pause: Pause | undefined): void {
    if (pause === undefined) return
    this.#ports.clock.clearTimeout(pause.timer)
    pause.timer = undefined
  }

  #wait(pause: Pause): void {
    pause.timer = this.#ports.clock.setTimeout(
      () => {
        pause.timer = undefined
        this.pump()
      },
      equalJitter(pause.failures, this.#ports.random()),
    )
  }
}

function frameOf(entry: Sendable): RequestFrame {
  switch (entry.kind) {
    case 'message': {
      const { id, chatId, text, fileIds = [], files = [], replyToId } = entry
      const all = [...fileIds, ...files.flatMap(({ fileId }) => fileId ?? [])]
      const content = { ...(text === '' ? {} : { text }), ...(all.length === 0 ? {} : { file_ids: all }) }
      return { type: 'send_message', chat_id: chatId, id, ...content, reply_to_id: replyToId }
    }
    case 'edit':
      return { type: 'edit_message', message_id: entry.messageId, text: entry.text }
    case 'deletion':
      return { type: 'delete_message', message_id: entry.messageId }
  }
}
