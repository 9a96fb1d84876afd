// A session that ended on this device before the server could be told. Its cookie, which no script can remove, is still there: the mark
// kept here makes the app treat the session as over, and the server is told as soon as it can be.
import { ParleyError, type ParleyOptions, type ParleyStatic } from '@parley/client'

export interface Ending {
  readonly userId: string
  readonly sessionId: string
}

/** The app of all tabs knows it by this. */
export const endingKey = 'parley.ending'

/** Between two attempts to tell the server, in milliseconds: the first pause, and the longest. */
const pause = 3_000
const longestPause = 60_000

export class Endings {
  readonly #parley: Pick<ParleyStatic, 'endSession'>
  readonly #options: () => Omit<ParleyOptions, 'credentials'>
  readonly #storage: Storage
  #timer: ReturnType<typeof setTimeout> | undefined
  #failures = 0
  #telling: Promise<void> | undefined

  constructor(
    parley: Pick<ParleyStatic, 'endSession'>,
    options: () => Omit<ParleyOptions, 'credentials'>,
    storage: Storage,
  ) {
    this.#parley = parley
    this.#options = options
    this.#storage = storage
  }

  get pending(): Ending | undefined {
    return readEnding(this.#storage.getItem(endingKey))
  }

  remember(ending: Ending): void {
    this.#storage.setItem(endingKey, JSON.stringify(ending))
  }

  forget(): void {
    clearTimeout(this.#timer)
    this.#failures = 0
    this.#storage.removeItem(endingKey)
  }

  /** Tells the server now, and again later if that fails. Resolves after the attempt; never rejects. */
  tell(): Promise<void> {
    clearTimeout(this.#timer)
    this.#telling ??= this.#tellOnce().finally(() => {
      this.#telling = undefined
    })
    return this.#telling
  }

  async #tellOnce(): Promise<void> {
    const ending = this.pending
    if (ending === undefined) return
    const { userId, sessionId } = ending
    try {
      const credentials = { kind: 'cookie' } as const
      await this.#parley.endSession({ ...this.#options(), userId, credentials }, sessionId)
    } catch (error) {
      // What the server refuses for good it would refuse again.
      if (!(error instanceof ParleyError) || error.retryable) return this.#tellLater()
    }
    // Meanwhile somebody may have logged in, and out again.
    if (this.pending?.sessionId === sessionId) this.forget()
  }

  #tellLater(): void {
    const delay = Math.min(longestPause, pause * 2 ** this.#failures)
    this.#failures += 1
    this.#timer = setTimeout(() => void this.tell(), delay)
  }
}

export function readEnding(json: string | null): Ending | undefined {
  if (json === null) return undefined
  try {
    const value: unknown = JSON.parse(json)
    const isEnding =
      typeof value === 'object' &&
      value !== null &&
      'userId' in value &&
      'sessionId' in value &&
      typeof value.userId === 'string' &&
      typeof value.sessionId === 'string'
    return isEnding ? { userId: value.userId as string, sessionId: value.sessionId as string } : undefined
  } catch {
    return undefined
  }
}
