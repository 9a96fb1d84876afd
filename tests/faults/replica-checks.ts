// What clients hold in the end, against what the server shows to those who ask anew.
import { isDeepStrictEqual } from 'node:util'
import type { ChatView } from '@parley/protocol'
import type { HistoryLine } from './records.ts'
import type { StoredHistory } from './stored-history.ts'
import type { Blame } from './verdict.ts'

type Replica = Extract<HistoryLine, { op: 'replica' }>

export class ReplicaChecks {
  readonly #stored: StoredHistory
  readonly #blame: Blame
  readonly #replicas = new Map<string, Replica>()
  readonly #views = new Map<string, ChatView>()

  constructor(stored: StoredHistory, blame: Blame) {
    this.#stored = stored
    this.#blame = blame
  }

  take(line: HistoryLine): void {
    if (line.op === 'replica') this.#replicas.set(line.of, line)
    if (line.op === 'view') this.#views.set(line.of, line.view)
  }

  /** Blames each client at most once. Returns how many there were. */
  judge(): number {
    const people = new Set([...this.#replicas.keys(), ...this.#views.keys()])
    for (const person of people) {
      const difference = this.#difference(this.#replicas.get(person), this.#views.get(person))
      if (difference !== undefined) this.#blame('stale', `${person} ${difference}`)
    }
    return people.size
  }

  #difference(replica: Replica | undefined, view: ChatView | undefined): string | undefined {
    if (replica === undefined || view === undefined) return 'has no replica or no chat'
    if (replica.unsent > 0) return `believes that ${replica.unsent} messages are not sent`
    if (!isDeepStrictEqual(replica.view, view)) {
      return `sees ${JSON.stringify(replica.view)} instead of ${JSON.stringify(view)}`
    }
    const { window, chat } = replica
    if (!replica.reachesEnd || (window.at(-1)?.seq ?? 0) !== view.last_seq) {
      return `holds messages up to ${window.at(-1)?.seq} of ${view.last_seq}`
    }
    const first = window[0]?.seq ?? 1
    const wrong = window.find(
      (message, index) =>
        message.seq !== first + index ||
        !isDeepStrictEqual(message, this.#stored.message(chat, first + index)),
    )
    return wrong === undefined ? undefined : `holds ${wrong.id} as ${wrong.seq}, unlike the server`
  }
}
