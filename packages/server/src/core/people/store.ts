// People as doors need them whose contracts know integers, emails and pages by offset. What everybody sees of a person is User.
import type { EmailVisibility, Id, Time } from '@parley/protocol'

/** Not public as a whole: each door shows what its contract shows. */
export interface Person {
  readonly id: Id
  /** The person's integer, in the order of registration. */
  readonly number: number
  readonly username: string | null
  /** For its owner; what others see of it, emails.ts says. */
  readonly own_email: string | null
  readonly email_visibility: EmailVisibility
  readonly name: string
  readonly bio: string
  /** A file that everybody may see. */
  readonly avatar_id: Id | null
  readonly created_at: Time
  /** Null for whoever is active. */
  readonly deactivated_at: Time | null
  /** A deleted person keeps `id`, `number` and `created_at`, and nothing else. */
  readonly deleted_at: Time | null
}

export interface PeopleStore {
  /** In the order of registration, without deleted, deactivated and disabled people. */
  list(page: { readonly offset: number; readonly limit: number }): Promise<Person[]>
  /** These three in no particular order, deleted and deactivated people too; whoever is unknown is left out. */
  people(userIds: readonly Id[]): Promise<Person[]>
  byNumbers(numbers: readonly number[]): Promise<Person[]>
  /** Without regard to case; by others nobody is found whose email is for nobody. Null finds all: the operator. */
  findByEmails(emails: readonly string[], finderId: Id | null): Promise<Person[]>
  /** Those of `userIds` whose contact the person is. */
  contactsOf(viewerId: Id, userIds: readonly Id[]): Promise<Id[]>
}
