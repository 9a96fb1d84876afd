// Runs a command's work in one transaction and tells its events only after the commit.
import { InDoubtError } from './errors.ts'
import type { Bus, Envelope } from './events.ts'
import type { Storage, Stores } from './ports.ts'
import type { Reconciler } from './reconcile/reconciler.ts'

/** What a command needs that changes something and tells of it. */
export interface CommitPorts {
  readonly storage: Storage
  readonly bus: Bus
  readonly reconciler: Pick<Reconciler, 'doubt' | 'found'>
}

/**
 * Events that `work` emits are published together, in order, when the transaction is durable; never if it rolls back. If nobody knows
 * which it was, the reconciler finds out and publishes what was stored. If the process dies in between, clients and nodes learn the
 * change from the database by its version.
 */
export async function commit<T>(
  ports: CommitPorts,
  work: (stores: Stores, emit: (envelope: Envelope) => void) => Promise<T>,
): Promise<T> {
  const envelopes: Envelope[] = []
  try {
    const result = await ports.storage.transaction((stores) => {
      envelopes.length = 0
      return work(stores, (envelope) => envelopes.push(envelope))
    })
    if (envelopes.length > 0) ports.bus.publish(envelopes)
    return result
  } catch (error) {
    if (error instanceof InDoubtError) ports.reconciler.doubt(envelopes)
    throw error
  }
}
