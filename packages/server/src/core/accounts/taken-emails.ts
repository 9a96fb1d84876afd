// Which addresses have an account.
import type { Storage } from '../ports.ts'
import { emailKey } from '../text/email-key.ts'

/** As emailKey writes them. For the operator's commands: whoever may call it learns who is registered. */
export async function takenEmails(
  ports: { readonly storage: Storage },
  emails: readonly string[],
): Promise<ReadonlySet<string>> {
  const people = await ports.storage.stores.people.findByEmails(emails, null)
  return new Set(people.flatMap(({ own_email: email }) => (email === null ? [] : emailKey(email))))
}
