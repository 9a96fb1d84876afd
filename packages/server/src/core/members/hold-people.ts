// People on their way into a chat.
import type { Id, User } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { Stores } from '../ports.ts'

/**
 * The profiles of all of them, none of whom is deleted before the transaction ends: a deletion that comes meanwhile sees the new
 * membership and ends it. Throws `not_found` when one does not exist or was deleted.
 */
export async function holdPeople(stores: Stores, userIds: readonly Id[]): Promise<User[]> {
  const users = await stores.accounts.holdProfiles(userIds)
  if (users.length !== userIds.length || users.some((user) => user.deleted_at !== null)) {
    throw new AppError('not_found', { detail: 'One of the people does not exist' })
  }
  return users
}
