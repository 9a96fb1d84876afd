// The replica as the application reads it. Frozen objects, the same until they change; nothing here changes anything.
import type { ChatView, User } from '@parley/protocol'
import type { Clock, Replica } from '../types.ts'
import type { Presence } from './presence.ts'
import type { ReplicaState } from './state.ts'

export class ReplicaReader implements Replica {
  readonly #state: ReplicaState
  readonly #clock: Clock
  #chats: readonly ChatView[] = Object.freeze([])
  #chatsCount = -1

  constructor(state: ReplicaState, clock: Clock) {
    this.#state = state
    this.#clock = clock
  }

  chats(): readonly ChatView[] {
    const { changes, records } = this.#state
    if (this.#chatsCount === changes.count) return this.#chats
    this.#chatsCount = changes.count
    const next = [...records.values()].map(({ view }) => view).sort(byActivity)
    const isSame = next.length === this.#chats.length && next.every((view, at) => view === this.#chats[at])
    if (!isSame) this.#chats = Object.freeze(next)
    return this.#chats
  }

  chat(chatId: string): ChatView | undefined {
    return this.#state.records.get(chatId)?.view
  }

  timeline(chatId: string) {
    return this.#state.timelines.timeline(chatId)
  }

  members(chatId: string) {
    return this.#state.members.list(chatId)
  }

  user(userId: string): User | undefined {
    return this.#state.people.get(userId)
  }

  typing(chatId: string): readonly string[] {
    return this.#state.typing.list(chatId)
  }

  presence(userId: string): Presence | undefined {
    return this.#state.presences.get(userId)
  }

  totalUnread(): number {
    const now = this.#clock.now()
    let total = 0
    for (const { view } of this.#state.records.values()) {
      const isMuted = view.muted_until !== null && Date.parse(view.muted_until) > now
      if (!isMuted && !view.archived) total += view.unread_count
    }
    return total
  }

  subscribe(listener: () => void): () => void {
    return this.#state.changes.subscribe(listener)
  }
}

/** Pinned first, then the newest message (or, without any, the newest chat) first. */
const byActivity = (a: ChatView, b: ChatView): number => {
  if (a.pinned !== b.pinned) return a.pinned ? -1 : 1
  const [at, bt] = [activityOf(a), activityOf(b)]
  if (at !== bt) return at > bt ? -1 : 1
  return a.id < b.id ? -1 : 1
}

const activityOf = (view: ChatView): string => view.last_message?.created_at ?? view.created_at
