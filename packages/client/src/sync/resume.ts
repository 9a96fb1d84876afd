// Which chats, and as of which version, the server is asked what changed in.
import type { ChatView } from '@parley/protocol'
import { limits } from '@parley/protocol'
import type { ReplicaState } from '../replica/state.ts'
import type { Replica } from '../types.ts'

export class Resume {
  readonly #state: ReplicaState
  readonly #replica: Replica
  /** The versions that were named last. */
  named: ReadonlyMap<string, number> = new Map()

  constructor(state: ReplicaState, replica: Replica) {
    this.#state = state
    this.#replica = replica
  }

  /** For `hello`: chats in use first, then those with the newest activity, as many as it takes. */
  all(): Record<string, number> {
    return this.#name(this.#replica.chats().map(({ id }) => id))
  }

  /** For a poll: chats that went on, as the list shows, and those that it does not show. */
  polled(listed: readonly ChatView[], isAll: boolean): Record<string, number> {
    const versions = new Map(listed.map(({ id, version }) => [id, version]))
    const ids = this.#replica.chats().map(({ id }) => id)
    return this.#name(
      ids.filter((id) => {
        const version = versions.get(id)
        return version === undefined ? isAll || this.#isInUse(id) : version > this.#held(id)
      }),
    )
  }

  #name(ids: readonly string[]): Record<string, number> {
    const ordered = [
      ...ids.filter((id) => this.#isInUse(id)),
      ...ids.filter((id) => !this.#isInUse(id)),
    ].slice(0, limits.resumeChats)
    this.named = new Map(ordered.map((id) => [id, this.#held(id)]))
    return Object.fromEntries(this.named)
  }

  #held(chatId: string): number {
    return this.#state.records.get(chatId)?.held.contiguous ?? 0
  }

  #isInUse(chatId: string): boolean {
    const { timelines, members } = this.#state
    return timelines.isInUse(chatId) || members.knowsAny(chatId)
  }
}
