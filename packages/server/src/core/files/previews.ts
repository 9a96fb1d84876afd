// The port behind which small pictures of files are made after their upload was answered.
import type { Id } from '@parley/protocol'

export interface Previews {
  /** Of the person's files some are pending. One of them after the other is worked on, beside those of other people. */
  wanted(ownerId: Id): void
  /** The same for everybody: what waited when the server stopped, and what failed. Never throws. */
  resume(): Promise<void>
  /** Begins nothing more; resolves when nothing is under way. What is left waits for the next start. */
  stop(): Promise<void>
}
