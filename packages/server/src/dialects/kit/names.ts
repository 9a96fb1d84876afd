// What a person is called where a contract wants a text.
import type { User } from '@parley/protocol'

type Named = Pick<User, 'name' | 'username' | 'deleted_at'>

export const displayName = ({ name, username, deleted_at }: Named): string =>
  deleted_at === null ? username || name || 'User' : 'Deleted account'

/** For contracts that know names rather than usernames. */
export const fullName = ({ name, username, deleted_at }: Named): string =>
  deleted_at === null ? name || username || 'User' : 'Deleted account'
