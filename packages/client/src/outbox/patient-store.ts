// A store that may never answer, as a browser's database sometimes does. What is asked of it meanwhile fails at once, so that
// nothing waits for it again; when it answers after all, it is asked as before.
import type { Clock, OutboxStore } from '../types.ts'

/** A store that takes longer, in milliseconds, counts as silent. */
export const storePatience = 4_000

export const patientStore = (store: OutboxStore, clock: Clock): OutboxStore => {
  let overdue = 0

  const ask = <T>(work: () => Promise<T>): Promise<T> => {
    if (overdue > 0) return Promise.reject(new Error('The store does not answer'))
    return new Promise((resolve, reject) => {
      let isOverdue = false
      const timer = clock.setTimeout(() => {
        isOverdue = true
        overdue += 1
        reject(new Error('The store did not answer in time'))
      }, storePatience)
      const answered = () => {
        clock.clearTimeout(timer)
        if (isOverdue) overdue -= 1
      }
      work().finally(answered).then(resolve, reject)
    })
  }

  return {
    all: (account) => ask(() => store.all(account)),
    put: (entry) => ask(() => store.put(entry)),
    delete: (id) => ask(() => store.delete(id)),
    ...(store.sharing === undefined ? {} : { sharing: store.sharing }),
  }
}
