// An outbox store that is asked with patience.
import { createPatience } from '../patience.ts'
import type { Clock, OutboxStore } from '../types.ts'

export const patientStore = (store: OutboxStore, clock: Clock): OutboxStore => {
  const ask = createPatience(clock)
  return {
    all: (account) => ask(() => store.all(account)),
    put: (entry) => ask(() => store.put(entry)),
    delete: (id) => ask(() => store.delete(id)),
    ...(store.sharing === undefined ? {} : { sharing: store.sharing }),
  }
}
