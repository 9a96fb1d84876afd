// What a person is called where a contract wants a text.
import type { Person } from '../../core/people/store.ts'

export const displayName = ({ name, username, deleted_at }: Person): string =>
  deleted_at === null ? username || name || 'User' : 'Deleted account'

/** For contracts that know names rather than usernames. */
export const fullName = ({ name, username, deleted_at }: Person): string =>
  deleted_at === null ? name || username || 'User' : 'Deleted account'
