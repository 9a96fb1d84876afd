// Emails in contracts in which everybody has one.
import { type Emails, hiddenDomain } from '../../core/people/emails.ts'
import type { Person } from '../../core/people/store.ts'

/** As it is seen; whoever has none is shown by what stands in for those that are not to be seen (A21). */
export const addressOf = (person: Person, emails: Emails): string =>
  emails(person) ?? `${person.number}@${hiddenDomain}`
