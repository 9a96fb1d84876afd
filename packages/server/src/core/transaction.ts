// Runs a command's work in one transaction and tells its events only after the commit.
import type { Bus, Envelope } from './events.ts'
import type { Storage, Stores } from './ports.ts'

/**
 * Events that `work` emits are published together, in order, when the transaction is durable; never if it rolls back.
 * If the process dies in between, clients and nodes learn the change from the database by its version.
 */
export async function commit<T>(
  ports: { readonly storage: Storage; readonly bus: Bus },
  work: (stores: Stores, emit: (envelope: Envelope) => void) => Promise<T>,
): Promise<T> {
  const envelopes: Envelope[] = []
  const result = await ports.storage.transaction((stores) => {
    envelopes.length = 0
    return work(stores, (envelope) => envelopes.push(envelope))
  })
  if (envelopes.length > 0) ports.bus.publish(envelopes)
  return result
}
