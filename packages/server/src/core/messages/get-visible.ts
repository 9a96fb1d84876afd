// One message for doors whose contracts have no tombstones: deleted ones are not found.
import type { Id, Message } from '@parley/protocol'
import { requireMessage } from '../access.ts'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Storage } from '../ports.ts'
import { type ReadMessage, withReads } from './list-visible.ts'

/** A message by its place in the history of its chat. */
export interface PlaceInChat {
  readonly chatId: Id
  readonly seq: number
}

/** Members of its chat. Throws `not_found`. */
export async function getVisible(
  ports: { readonly storage: Storage },
  actor: Actor,
  which: Id | PlaceInChat,
): Promise<Message> {
  const { stores } = ports.storage
  const id = typeof which === 'string' ? which : await stores.messagePlaces.idAt(which.chatId, which.seq)
  if (id === null) throw new AppError('not_found')
  const { message } = await requireMessage(stores, actor, id)
  if (message.deleted_at !== null) throw new AppError('not_found')
  return message
}

/** `getVisible` with those who have read it. */
export async function getVisibleWithReads(
  ports: { readonly storage: Storage },
  actor: Actor,
  which: Id | PlaceInChat,
): Promise<ReadMessage> {
  const message = await getVisible(ports, actor, which)
  const [item] = await withReads(ports.storage.stores, [message])
  return item ?? { message, reads: [] }
}
