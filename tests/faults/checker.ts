// Judges a history: what was acknowledged against what the server has in the end, and against what clients were told and
// hold. It knows nothing of servers and clients and works in one pass, in time linear in the lines (but for one sort).
import type { HistoryLine } from './records.ts'
import { ReplicaChecks } from './replica-checks.ts'
import { type SentMessage, StoredHistory } from './stored-history.ts'
import { type Blame, type Fault, faultNames, type Verdict } from './verdict.ts'

const examplesMax = 20

/** Judges the lines of one experiment, in their order. */
export function check(lines: Iterable<HistoryLine>): Verdict {
  const counts = Object.fromEntries(faultNames.map((name) => [name, 0])) as Record<Fault, number>
  const examples: string[] = []
  const blame: Blame = (fault, what) => {
    counts[fault] += 1
    if (examples.length < examplesMax) examples.push(`${fault}: ${what}`)
  }
  const sends = new Sends(blame)
  const stored = new StoredHistory(sends.byId, blame)
  const replicas = new ReplicaChecks(stored, blame)
  for (const line of lines) {
    sends.take(line)
    stored.take(line)
    replicas.take(line)
  }
  sends.judge()
  stored.judge()
  const clients = replicas.judge()
  const { kills, cutOff } = sends
  const acknowledged = [...sends.byId.values()].filter((message) => message.ackedAt !== undefined).length
  return { kills, cutOff, sent: sends.byId.size, acknowledged, clients, ...counts, examples }
}

/** Attempts and their answers, and what clients were told. */
class Sends {
  readonly byId = new Map<string, SentMessage>()
  kills = 0
  cutOff = 0
  #underway = 0
  #moment = 0
  readonly #blame: Blame

  constructor(blame: Blame) {
    this.#blame = blame
  }

  take(line: HistoryLine): void {
    this.#moment += 1
    switch (line.op) {
      case 'send': {
        this.#underway += 1
        const { by, chat, text } = line
        if (this.byId.has(line.id)) return
        this.byId.set(line.id, { by, chat, text, sentAt: this.#moment, told: [] })
        return
      }
      case 'ok':
        this.#underway -= 1
        this.#acknowledge(line.id, line.seq)
        return
      case 'fail':
        this.#underway -= 1
        this.#refuse(line.id, line.code)
        return
      case 'unknown':
        this.#underway -= 1
        return
      case 'kill':
        this.kills += 1
        this.cutOff += this.#underway
        return
      case 'event':
        this.#tell(line.id, line.to, line.seq)
    }
  }

  judge(): void {
    for (const [id, { ackedAt, refused }] of this.byId) {
      if (ackedAt === undefined && refused === undefined) this.#blame('unresolved', id)
    }
  }

  #acknowledge(id: string, seq: number): void {
    const message = this.byId.get(id)
    if (message === undefined) {
      this.#blame('phantom', `${id} was acknowledged and never sent`)
      return
    }
    message.ackedAt ??= this.#moment
    message.ackedSeq ??= seq
    if (message.ackedSeq !== seq) {
      this.#blame('duplicated', `${id} was acknowledged as ${message.ackedSeq} and as ${seq}`)
    }
  }

  #refuse(id: string, code: string): void {
    const message = this.byId.get(id)
    if (message !== undefined) message.refused = true
    this.#blame('refused', `${id} with ${code}`)
  }

  #tell(id: string, to: string, seq: number): void {
    const message = this.byId.get(id)
    if (message === undefined) {
      this.#blame('phantom', `${to} was told of ${id}, which nobody sent`)
      return
    }
    // At most as long as its chat has members.
    if (message.told.includes(to)) this.#blame('toldTwice', `${to} of ${id}`)
    else message.told.push(to)
    message.toldSeq ??= seq
    if (message.toldSeq !== seq) {
      this.#blame('misordered', `${id} was told as ${message.toldSeq} and as ${seq}`)
    }
  }
}
