// What routes and sockets of a dialect work with.
import type { Proof } from '../../core/accounts/require-proof.ts'
import type { EntityCache } from '../../core/entity-cache/entity-cache.ts'
import type { Ports } from '../../core/ports.ts'

export interface DialectContext {
  readonly ports: Ports
  readonly entities: EntityCache
  /** Where the dialect is mounted: `/compat/<name>`, or empty on a port of its own. */
  readonly base: string
  /** For what the contract promises without asking for the password again. */
  readonly proof: Proof
}
