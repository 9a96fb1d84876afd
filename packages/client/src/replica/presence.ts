// Who is online, of the people whose presence is watched. Known only while connected.
import { limits } from '@parley/protocol'

export interface Presence {
  readonly online: boolean
  readonly lastSeenAt: string | null
}

export class Presences {
  readonly #known = new Map<string, Presence>()
  #watched: readonly string[] = []

  get(userId: string): Presence | undefined {
    return this.#known.get(userId)
  }

  get watched(): readonly string[] {
    return this.#watched
  }

  /** Replaces the list; the presence of those who are not on it is forgotten. At most `limits.watchedUsers` count. */
  watch(userIds: readonly string[]): void {
    this.#watched = [...new Set(userIds)].slice(0, limits.watchedUsers)
    const watched = new Set(this.#watched)
    for (const userId of this.#known.keys()) if (!watched.has(userId)) this.#known.delete(userId)
  }

  put(userId: string, presence: Presence): void {
    this.#known.set(userId, Object.freeze({ ...presence }))
  }

  clear(): void {
    this.#known.clear()
  }
}
