// Public profiles of people, and whose profile is missing.
import type { User } from '@parley/protocol'
import type { Moment } from './chat-record.ts'

interface Known {
  readonly user: User
  readonly moment: Moment
}

/** Before every answer: what the device kept may have changed since. */
const keptMoment: Moment = -1

export class People {
  readonly #known = new Map<string, Known>()
  readonly #asked = new Set<string>()

  get(userId: string): User | undefined {
    return this.#known.get(userId)?.user
  }

  /** Profiles as of a moment: one that an event brought later stays. Unchanged ones keep their object. */
  put(users: readonly User[], moment: Moment): void {
    for (const user of users) {
      const held = this.#known.get(user.id)
      if (held !== undefined && held.moment > moment) continue
      const same = held !== undefined && isSame(held.user, user)
      this.#known.set(user.id, { user: same ? held.user : Object.freeze(user), moment })
      this.#asked.delete(user.id)
    }
  }

  /** Profiles that the device kept: known until the server says something newer. */
  putKept(users: readonly User[]): void {
    for (const user of users) {
      if (!this.#known.has(user.id))
        this.#known.set(user.id, { user: Object.freeze(user), moment: keptMoment })
    }
  }

  /** Those of the ids of whom the server has said nothing and nobody has asked for yet; they count as asked for from now on. */
  claimMissing(userIds: readonly string[]): string[] {
    const isMissing = (id: string) => (this.#known.get(id)?.moment ?? keptMoment) === keptMoment
    const missing = [...new Set(userIds)].filter((id) => isMissing(id) && !this.#asked.has(id))
    for (const id of missing) this.#asked.add(id)
    return missing
  }

  /** Whether a profile that was asked for has not come otherwise meanwhile. */
  isAsked(userId: string): boolean {
    return this.#asked.has(userId)
  }

  /** The question failed: they may be asked for again. */
  unclaim(userIds: readonly string[]): void {
    for (const id of userIds) this.#asked.delete(id)
  }
}

const isSame = (a: User, b: User): boolean =>
  a.username === b.username &&
  a.name === b.name &&
  a.bio === b.bio &&
  a.avatar_id === b.avatar_id &&
  a.created_at === b.created_at &&
  a.deleted_at === b.deleted_at
