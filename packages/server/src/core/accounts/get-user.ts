// Someone's public profile.
import type { Id, User } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Storage } from '../ports.ts'

/** Throws `not_found`. */
export async function getUser(
  ports: { readonly storage: Storage },
  _actor: Actor,
  userId: Id,
): Promise<User> {
  const [user] = await ports.storage.stores.accounts.profiles([userId])
  if (user === undefined) throw new AppError('not_found')
  return user
}
