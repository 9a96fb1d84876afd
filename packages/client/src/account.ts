// Whose client this is. Once it is known it never changes: a client is one account.
import type { AccountKey } from './types.ts'

export class OwnAccount {
  readonly origin: string
  #userId: string | undefined

  constructor(origin: string, userId: string | undefined) {
    this.origin = origin
    this.#userId = userId
  }

  get userId(): string | undefined {
    return this.#userId
  }

  get key(): AccountKey | undefined {
    return this.#userId === undefined ? undefined : { origin: this.origin, userId: this.#userId }
  }

  /** The server takes the credentials for those of this person. False if the client is somebody else. */
  is(userId: string): boolean {
    this.#userId ??= userId
    return this.#userId === userId
  }

  /** Says to the server whose call it is. */
  headers(): Record<string, string> {
    return this.#userId === undefined ? {} : { 'parley-user': this.#userId }
  }
}
