// Changes a person's account and tells it to the person's own devices and to everybody who shares a chat.
import type { Id, Me, User } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { Envelope } from '../events.ts'
import type { Stores } from '../ports.ts'
import { descriptionOf, personNameOf, usernameOf } from '../text/given-texts.ts'
import { requireOwnAddress } from './own-address.ts'
import type { AccountChange } from './store.ts'

/**
 * Throws `already_exists` for a taken name, `invalid_request` for one that will not do and for an email that stands in for others,
 * `unauthenticated` when the account is gone.
 */
export async function updateProfile(
  stores: Stores,
  emit: (envelope: Envelope) => void,
  userId: Id,
  change: AccountChange,
): Promise<Me> {
  if (change.email != null) requireOwnAddress(change.email)
  const me = await stores.accounts.update(userId, { ...change, ...cleaned(change) })
  if (me === 'taken') throw new AppError('already_exists')
  if (me === null) throw new AppError('unauthenticated')
  emit({ audience: { kind: 'users', user_ids: [me.id] }, event: { type: 'me_updated', user: me } })
  const user = profileOf(me)
  for (const chatId of await stores.chats.idsOf(me.id)) {
    emit({ audience: { kind: 'chat', chat_id: chatId }, event: { type: 'user_updated', user } })
  }
  return me
}

/** The texts of the change, as they are kept. */
const cleaned = ({ username, name, bio }: AccountChange): AccountChange => ({
  ...(username == null ? {} : { username: usernameOf(username) }),
  ...(name === undefined ? {} : { name: personNameOf(name) }),
  ...(bio === undefined ? {} : { bio: descriptionOf(bio) }),
})

function profileOf(me: Me): User {
  const { id, username, name, bio, avatar_id, created_at, deleted_at } = me
  return { id, username, name, bio, avatar_id, created_at, deleted_at }
}
