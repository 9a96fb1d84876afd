// Which of the tabs that share an outbox may send from it.
import type { Clock, OutboxSharing } from '../types.ts'

/**
 * A tab that waits this long for the turn, in milliseconds, takes it: the one that has it seems asleep. If even that is not granted
 * in the same time, the browser's locks are out of order, and it sends without: an id keeps a message from doubling.
 */
const patience = 5_000

export interface TurnPorts {
  readonly clock: Clock
  /** Undefined: there is nobody else. */
  readonly sharing: OutboxSharing | undefined
  /** The turn has come, or was lost and may be asked for again. */
  readonly onTurn: () => void
}

export class Turn {
  readonly #ports: TurnPorts
  #state: 'none' | 'queued' | 'held' = 'none'
  #leave: () => void = () => undefined
  #timer: unknown

  constructor(ports: TurnPorts) {
    this.#ports = ports
  }

  /** Whether this client may send now. If not, it queues up. */
  isHeld(account: string): boolean {
    const { sharing } = this.#ports
    if (sharing === undefined || this.#state === 'held') return true
    if (this.#state === 'queued') return false
    this.#queueUp(sharing, account, false)
    return false
  }

  giveUp(): void {
    this.#ports.clock.clearTimeout(this.#timer)
    this.#leave()
    this.#leave = () => undefined
    this.#state = 'none'
  }

  #queueUp(sharing: OutboxSharing, account: string, steal: boolean): void {
    this.#state = 'queued'
    this.#leave = sharing.takeTurn(account, {
      steal,
      granted: () => this.#granted(),
      lost: () => {
        this.#state = 'none'
        this.#ports.onTurn()
      },
    })
    this.#timer = this.#ports.clock.setTimeout(() => {
      if (this.#state !== 'queued') return
      this.#leave()
      if (steal) this.#granted()
      else this.#queueUp(sharing, account, true)
    }, patience)
  }

  #granted(): void {
    this.#ports.clock.clearTimeout(this.#timer)
    this.#state = 'held'
    this.#ports.onTurn()
  }
}
