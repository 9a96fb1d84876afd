// People by whatever a contract names them with.
import type { Id } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import type { Storage, Stores } from '../ports.ts'
import type { Person } from './store.ts'

export interface PeopleNamed {
  readonly ids?: readonly Id[]
  readonly numbers?: readonly number[]
  /** Without regard to case. */
  readonly emails?: readonly string[]
}

/**
 * Anyone who is logged in. In no particular order, deleted and deactivated people too; whoever is unknown is left out, and by an email whoever
 * shows it to nobody.
 */
export async function findPeople(
  ports: { readonly storage: Storage },
  actor: Actor,
  { ids = [], numbers = [], emails = [] }: PeopleNamed,
): Promise<Person[]> {
  const { people } = ports.storage.stores
  const found = await Promise.all([
    ids.length === 0 ? [] : people.people(ids),
    numbers.length === 0 ? [] : people.byNumbers(numbers),
    emails.length === 0 ? [] : people.findByEmails(emails, actor.userId),
  ])
  return found.flat()
}

/** In the transaction of a command that is about this person, who is there. */
export async function personIn({ people }: Pick<Stores, 'people'>, userId: Id): Promise<Person> {
  const [person] = await people.people([userId])
  if (person === undefined) throw new Error('The account of a command is not there')
  return person
}
