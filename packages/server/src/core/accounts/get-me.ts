// The actor's own account.
import type { Me } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Storage } from '../ports.ts'

/** Throws `unauthenticated` when the account is gone. */
export async function getMe(ports: { readonly storage: Storage }, actor: Actor): Promise<Me> {
  const account = await ports.storage.stores.accounts.find(actor.userId)
  if (account === null) throw new AppError('unauthenticated')
  return account.me
}
