// People page by page, for doors that count from the first who registered.
import type { Actor } from '../actor.ts'
import type { Storage } from '../ports.ts'
import type { Person } from './store.ts'

/** Anyone who is logged in. Without deleted, deactivated and disabled people. */
export async function listPeople(
  ports: { readonly storage: Storage },
  _actor: Actor,
  page: { readonly offset: number; readonly limit: number },
): Promise<Person[]> {
  return ports.storage.stores.people.list(page)
}
