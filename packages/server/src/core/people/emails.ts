// Who sees whose email. Doors know a person's address only through these functions.
import type { Id } from '@parley/protocol'
import type { ChatFacts } from '../chats/facts-store.ts'
import type { EntityCache } from '../entity-cache/entity-cache.ts'
import { type MaybePromise, whenReady } from '../entity-cache/maybe-promise.ts'
import type { Reading } from '../entity-cache/reading.ts'
import type { Storage } from '../ports.ts'
import { emailKey } from '../text/email-key.ts'
import type { Person } from './store.ts'

/** What a person is to whoever looks. */
type Relation = 'own' | 'contact' | 'stranger'

/** As somebody sees it; null for those who have none. */
export type Emails = (person: Person) => string | null

/** Never delivered, nobody's login, and another for each person (RFC 2606 §2): for contracts in which everybody has an address. */
export const hiddenDomain = 'users.invalid'

/** Whether the address is one that stands in for another: nobody may have it. */
export const isHiddenAddress = (email: string): boolean => emailKey(email).endsWith(`@${hiddenDomain}`)

/** The address, or what stands in for it: the rule itself. */
function seen(person: Person, relation: Relation): string | null {
  if (person.own_email === null) return null
  return maySee(person, relation) ? person.own_email : `${person.number}@${hiddenDomain}`
}

function maySee({ email_visibility: visibility }: Person, relation: Relation): boolean {
  switch (visibility) {
    case 'everybody':
      return true
    case 'contacts':
      return relation !== 'stranger'
    case 'nobody':
      return relation === 'own'
  }
}

/** One's own. */
export const ownEmail = (person: Person): string | null => seen(person, 'own')

/** The addresses of these people as the viewer sees them, by one question to the database at most. */
export async function emailsSeenBy(
  { storage }: { readonly storage: Pick<Storage, 'stores'> },
  viewerId: Id,
  people: readonly Person[],
): Promise<Emails> {
  const asked = people.filter(
    ({ id, email_visibility: visibility }) => visibility === 'contacts' && id !== viewerId,
  )
  const ids = [...new Set(asked.map(({ id }) => id))]
  const contacts = new Set(ids.length === 0 ? [] : await storage.stores.people.contactsOf(viewerId, ids))
  return (person) =>
    seen(person, person.id === viewerId ? 'own' : contacts.has(person.id) ? 'contact' : 'stranger')
}

/** `emailsSeenBy` for people whom an answer names. */
export async function emailsOf(
  { ports, entities }: Reading,
  viewerId: Id,
  userIds: Iterable<Id>,
): Promise<Emails> {
  const ids = [...new Set(userIds)]
  const facts = await entities.lookUp({ people: ids })
  return emailsSeenBy(
    ports,
    viewerId,
    ids.map((id) => facts.person(id)),
  )
}

/** The address of whoever wrote, as all others in the chat see it, and as the writer does. */
export interface WriterEmail {
  readonly others: string | null
  readonly own: string | null
}

/**
 * What an event of a message shows of its writer, for everyone in the chat at once: who hears it in a private group is a contact of whoever
 * writes there. Of a direct chat it is asked whether both have written, and believed for as long as the cache says.
 */
export function writerEmail(
  entities: Pick<EntityCache, 'isContact'>,
  writer: Person,
  chat: ChatFacts,
): MaybePromise<WriterEmail> {
  const shown = (relation: Relation): WriterEmail => ({
    others: seen(writer, relation),
    own: ownEmail(writer),
  })
  if (writer.email_visibility !== 'contacts') return shown('stranger')
  if (chat.kind === 'group') return shown(chat.visibility === 'private' ? 'contact' : 'stranger')
  const other = chat.direct_user_ids?.find((id) => id !== writer.id)
  if (other === undefined) return shown('own')
  return whenReady(entities.isContact(writer.id, other), (isContact) =>
    shown(isContact ? 'contact' : 'stranger'),
  )
}
