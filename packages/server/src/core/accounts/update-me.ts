// Changes the actor's own profile.
import type { Me, RouteBody, User } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { Bus } from '../events.ts'
import type { Actor, Storage } from '../ports.ts'
import { commit } from '../transaction.ts'

/** Throws `already_exists` for a taken name, `invalid_request` when neither username nor email would be left. */
export async function updateMe(
  ports: { readonly storage: Storage; readonly bus: Bus },
  actor: Actor,
  change: RouteBody<'updateMe'>,
): Promise<Me> {
  return commit(ports, async (stores, emit) => {
    const account = await stores.accounts.find(actor.userId)
    if (account === null) throw new AppError('unauthenticated')
    const username = change.username === undefined ? account.me.username : change.username
    const email = change.email === undefined ? account.me.email : change.email
    if (username === null && email === null) {
      throw new AppError('invalid_request', {
        errors: [{ path: '/username', message: 'A username or an email is required' }],
      })
    }
    const me = await stores.accounts.update(actor.userId, change)
    if (me === 'taken') throw new AppError('already_exists')
    if (me === null) throw new AppError('unauthenticated')
    emit({ audience: { kind: 'users', user_ids: [me.id] }, event: { type: 'me_updated', user: me } })
    const user = profileOf(me)
    for (const chatId of await stores.chats.idsOf(me.id)) {
      emit({ audience: { kind: 'chat', chat_id: chatId }, event: { type: 'user_updated', user } })
    }
    return me
  })
}

function profileOf(me: Me): User {
  const { id, username, name, bio, created_at, deleted_at } = me
  return { id, username, name, bio, created_at, deleted_at }
}
