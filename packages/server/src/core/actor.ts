// Who acts.
import type { Id } from '@parley/protocol'

/** A person, through one of their sessions. */
export interface Actor {
  readonly userId: Id
  readonly sessionId: Id
}
