// The histories that the server gave in the end, against what was sent, acknowledged and told.
import type { HistoryLine, StoredMessage } from './records.ts'
import type { Blame } from './verdict.ts'

/** A message as its sender and the clients know it. Moments are numbers of lines. */
export interface SentMessage {
  readonly by: string
  readonly chat: string
  readonly text: string
  /** The first attempt. */
  readonly sentAt: number
  /** The first acknowledgement. */
  ackedAt?: number
  ackedSeq?: number
  refused?: true
  /** The clients that were told of it. */
  readonly told: string[]
  toldSeq?: number
}

export class StoredHistory {
  readonly #sent: ReadonlyMap<string, SentMessage>
  readonly #blame: Blame
  readonly #chats = new Map<string, Map<number, StoredMessage>>()
  /** The highest `last_seq` that anybody was shown. */
  readonly #lastSeqs = new Map<string, number>()
  readonly #seqs = new Map<string, number>()
  /** Ids by sender and text: no sender uses a text twice. */
  readonly #texts = new Map<string, string>()

  constructor(sent: ReadonlyMap<string, SentMessage>, blame: Blame) {
    this.#sent = sent
    this.#blame = blame
  }

  take(line: HistoryLine): void {
    if (line.op === 'view') {
      const known = this.#lastSeqs.get(line.chat) ?? 0
      this.#lastSeqs.set(line.chat, Math.max(known, line.view.last_seq))
    }
    if (line.op === 'page') for (const message of line.messages) this.#store(line.chat, message)
  }

  message(chat: string, seq: number): StoredMessage | undefined {
    return this.#chats.get(chat)?.get(seq)
  }

  judge(): void {
    for (const [id, message] of this.#sent) this.#judgeSent(id, message)
    for (const chat of new Set([...this.#chats.keys(), ...this.#lastSeqs.keys()])) {
      const bySeq = [...(this.#chats.get(chat) ?? [])].sort(([a], [b]) => a - b).map(([, message]) => message)
      this.#judgeHoles(chat, bySeq)
      this.#judgeRealTime(bySeq)
    }
  }

  #store(chat: string, message: StoredMessage): void {
    const { id, seq, sender, text } = message
    const known = this.#chats.get(chat) ?? new Map<number, StoredMessage>()
    this.#chats.set(chat, known)
    if (this.#seqs.has(id))
      this.#blame('duplicated', `${id} is stored as ${this.#seqs.get(id)} and as ${seq}`)
    else if (known.has(seq)) this.#blame('duplicated', `${id} has the number ${seq} of ${known.get(seq)?.id}`)
    else this.#judgeOrigin(chat, message)
    this.#seqs.set(id, seq)
    this.#texts.set(`${sender} ${text}`, id)
    known.set(seq, message)
  }

  #judgeOrigin(chat: string, { id, sender, text }: StoredMessage): void {
    const twin = this.#texts.get(`${sender} ${text}`)
    if (twin !== undefined) {
      this.#blame('duplicated', `${id} says the same as ${twin}`)
      return
    }
    const sent = this.#sent.get(id)
    if (sent?.by !== sender || sent.chat !== chat || sent.text !== text) {
      this.#blame('phantom', `${id} is stored in ${chat} and was not sent so`)
    }
  }

  #judgeSent(id: string, message: SentMessage): void {
    const seq = this.#seqs.get(id)
    if (seq === undefined) {
      if (message.ackedAt !== undefined) this.#blame('lost', `${id}, acknowledged as ${message.ackedSeq}`)
      else if (message.told.length > 0) this.#blame('phantom', `${id} was told and is not stored`)
      return
    }
    const claims = [message.ackedSeq, message.toldSeq].filter((claim) => claim !== undefined)
    if (claims.some((claim) => claim !== seq)) {
      this.#blame('misordered', `${id} is stored as ${seq}; acknowledged or told as ${claims.join(' and ')}`)
    }
  }

  #judgeHoles(chat: string, bySeq: readonly StoredMessage[]): void {
    const last = Math.max(this.#lastSeqs.get(chat) ?? 0, bySeq.at(-1)?.seq ?? 0)
    for (let seq = 1; seq <= last; seq += 1) {
      if (this.message(chat, seq) === undefined) this.#blame('holes', `${seq} of ${chat}`)
    }
  }

  /** From the end on: whoever was acknowledged before a message was sent must not be found behind it. */
  #judgeRealTime(bySeq: readonly StoredMessage[]): void {
    let earliest = { ackedAt: Number.POSITIVE_INFINITY, id: '' }
    for (const { id } of bySeq.toReversed()) {
      const sent = this.#sent.get(id)
      if (sent === undefined) continue
      if (earliest.ackedAt < sent.sentAt) {
        this.#blame('misordered', `${id} was sent after ${earliest.id} was acknowledged, and comes before it`)
      }
      const { ackedAt } = sent
      if (ackedAt !== undefined && ackedAt < earliest.ackedAt) earliest = { ackedAt, id }
    }
  }
}
